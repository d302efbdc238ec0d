package dev.naru.compat.chaos;

import dev.naru.client.Slot;
import java.util.ArrayList;
import java.util.List;

/// All clients of a session, each in a thread of its own: they work, rest so that everything can be
/// read, and
/// work again.
final class Load implements AutoCloseable {
    private static final long REST_MS = 20;

    private final List<Worker> workers = new ArrayList<>();
    private final List<Worker> followers = new ArrayList<>();

    /// One client. It is only ever touched by its thread.
    private static final class Worker {
        private final Activity activity;
        private final Recorder recorder;
        private final Thread thread;
        private volatile boolean isWorking = true;
        private volatile boolean isIdle;
        private volatile boolean isOver;

        Worker(Activity activity, Recorder recorder) {
            this.activity = activity;
            this.recorder = recorder;
            thread = Thread.ofPlatform().daemon().name(activity.getClass().getSimpleName())
                .unstarted(this::run);
        }

        private void run() {
            try (activity) {
                while (!isOver) {
                    if (isWorking) {
                        activity.turn();
                    } else {
                        isIdle = activity.isIdle();
                        Wait.forMs(REST_MS);
                    }
                }
            } catch (RuntimeException unexpected) {
                recorder.violation("a client failed: " + thread.getName() + ": " + unexpected);
            }
        }

        void works(boolean does) {
            isIdle = false;
            isWorking = does;
        }
    }

    Load(Recorder recorder, Door door, Topics topics) {
        var data = topics.slots(Topics.DATA);
        var paid = topics.slots(Topics.PAID);
        var transactional = new ArrayList<Slot>(paid);
        transactional.addAll(topics.slots(Topics.RECEIPTS));
        add(workers, recorder, new Writers(recorder, door, data, Writers.IDEMPOTENT));
        add(workers, recorder, new Writers(recorder, door, data, Writers.IDEMPOTENT));
        add(workers, recorder, new Writers(recorder, door, data, Writers.PLAIN));
        add(workers, recorder, new Askers(recorder, door, data));
        add(workers, recorder, new Payers(recorder, door, paid));
        add(followers, recorder, new Chains(recorder, door, paid, Topics.RECEIPTS));
        add(followers, recorder, new Readers(recorder, door, data, false));
        add(followers, recorder, new Readers(recorder, door, transactional, true));
    }

    private static void add(List<Worker> to, Recorder recorder, Activity activity) {
        var worker = new Worker(activity, recorder);
        to.add(worker);
        worker.thread.start();
    }

    /// Nothing new is begun; returns when all that was begun has ended and was read, or says who did not.
    List<String> rest(long patienceMs) {
        var late = settle(workers, patienceMs);
        late.addAll(settle(followers, patienceMs));
        return late;
    }

    private static List<String> settle(List<Worker> some, long patienceMs) {
        some.forEach(each -> each.works(false));
        Wait.upTo(patienceMs, () -> some.stream().allMatch(each -> each.isIdle || each.isOver));
        var late = new ArrayList<String>();
        for (var each : some) {
            if (!each.isIdle)
                late.add("hang: " + each.thread.getName() + " did not come to an end");
        }
        return late;
    }

    void work() {
        for (var each : workers)
            each.works(true);
        for (var each : followers)
            each.works(true);
    }

    @Override public void close() {
        var all = new ArrayList<>(workers);
        all.addAll(followers);
        all.forEach(each -> each.isOver = true);
        for (var each : all) {
            try {
                each.thread.join(30_000);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
