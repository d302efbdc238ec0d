package dev.naru.broker;

import dev.naru.base.Bytes;
import dev.naru.base.Net;
import dev.naru.wire.Message;
import dev.naru.wire.message.ApiKey;
import dev.naru.wire.message.FetchResponse;
import dev.naru.wire.message.ShareFetchResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request on its way through the broker: what was asked, by whom, and the slot its answer goes
/// to. Handlers may answer from any loop; everything else belongs to the connection's loop.
public final class Call {
    /// Who asks. `host` is the client's address; `door` the one it came in by; `member` the node that it
    /// has proved to be.
    public record Caller(String clientId, String host, Door door, Optional<Net.Member> member) {
        public String listener() {
            return door.listener();
        }

        /// Whether it is a node of the cluster.
        public boolean isPeer() {
            return door.isForPeers();
        }

        /// Whether it may speak for this node: it is a node, and has not proved to be another.
        boolean maySpeakFor(int nodeId) {
            return isPeer() && (member.isEmpty() || member.get().nodeId() == nodeId);
        }
    }

    private final Connection connection;
    private final ApiKey apiKey;
    private final short version;
    private final int correlationId;
    private final Caller caller;
    private final Message request;
    private Net.@Nullable Frame frame;
    private State state = State.RUNNING;
    private @Nullable Message answer;
    private long arrivedNs;
    private long startedNs;
    private long handledNs;
    private long answeredNs;
    private boolean isUnknownVersion;
    private boolean isFrameInUse;
    private Runnable onAbandoned = () -> {
    };
    private Runnable onHurried = () -> {
    };

    enum State {
        /// Holds back whatever came after it.
        RUNNING,
        /// A produce in the log that waits for its acknowledgements: later requests may start.
        WAITING,
        /// Done; leaves when its turn has come.
        ANSWERED
    }

    Call(Connection connection, RequestStart start, Message request, Net.@Nullable Frame frame) {
        this.connection = connection;
        this.apiKey = start.apiKey();
        this.version = start.version();
        this.correlationId = start.correlationId();
        this.caller = start.caller();
        this.request = request;
        this.frame = frame;
    }

    /// When all of the request was there, and when its turn came, in nanoseconds of monotonic time.
    void begins(long hasArrivedNs, long hasStartedNs) {
        arrivedNs = hasArrivedNs;
        startedNs = hasStartedNs;
    }

    long arrivedNs() {
        return arrivedNs;
    }

    long startedNs() {
        return startedNs;
    }

    /// The handler has done what it could do at once. On the connection's loop.
    void handled() {
        handledNs = state == State.ANSWERED ? answeredNs : connection.nowNs();
    }

    long handledNs() {
        return handledNs;
    }

    long answeredNs() {
        return answeredNs;
    }

    /// What a request's header said.
    record RequestStart(ApiKey apiKey, short version, int correlationId, Caller caller) {}

    /// Answers. Once.
    public void reply(Message response) {
        if (connection.loop().inLoop()) {
            finish(response);
        } else {
            connection.loop().execute(() -> finish(response));
        }
    }

    private void finish(Message response) {
        if (state == State.ANSWERED || connection.isClosed()) {
            discard(response);
            releaseFrame();
            return;
        }
        answer = response;
        becomeAnswered();
        releaseFrame();
        connection.answered();
    }

    private void becomeAnswered() {
        state = State.ANSWERED;
        answeredNs = connection.nowNs();
    }

    /// Done without an answer (acks=0). On the connection's loop.
    void finishSilently() {
        becomeAnswered();
        releaseFrame();
        connection.answered();
    }

    /// Other loops read the frame until the call says that it is appended or answered, even if the
    /// connection ends before. On the connection's loop.
    void keepFrame() {
        isFrameInUse = true;
    }

    /// From here on only acknowledgements are missing: later requests may start. On the
    /// connection's loop.
    void isAppended() {
        isFrameInUse = false;
        releaseFrame();
        if (state == State.RUNNING) state = State.WAITING;
        connection.answered();
    }

    /// Closes the connection once the answers before this one have left. On the connection's loop.
    void hangUp(String why) {
        connection.hangUpAt(this, why);
    }

    /// Runs when the connection ends before this call was answered. On the connection's loop.
    void whenAbandoned(Runnable action) {
        onAbandoned = action;
    }

    /// Runs when the other side has sent its next request while this one waits. On the connection's
    /// loop.
    void whenHurried(Runnable action) {
        onHurried = action;
    }

    /// The other side has more to say than to wait for this.
    void hurry() {
        if (state == State.RUNNING) onHurried.run();
    }

    /// The connection is gone: whatever the answer held is given back.
    void abandon() {
        if (!isFrameInUse) releaseFrame();
        onAbandoned.run();
        discard(answer);
        answer = null;
    }

    private static void discard(@Nullable Message message) {
        if (message instanceof FetchResponse fetched) {
            for (var topic : fetched.responses())
                for (var partition : topic.partitions())
                    discard(partition.records());
        } else if (message instanceof ShareFetchResponse fetched) {
            for (var topic : fetched.responses())
                for (var partition : topic.partitions())
                    discard(partition.records());
        }
    }

    private static void discard(@Nullable List<Bytes> records) {
        if (records != null) for (var bytes : records)
            bytes.discard();
    }

    /// Marks an ApiVersions request in a version nobody here knows.
    Call askedInUnknownVersion() {
        isUnknownVersion = true;
        return this;
    }

    boolean isUnknownVersion() {
        return isUnknownVersion;
    }

    void releaseFrame() {
        var lent = frame;
        frame = null;
        if (lent != null) lent.release();
    }

    State state() {
        return state;
    }

    @Nullable Message answer() {
        return answer;
    }

    public Connection connection() {
        return connection;
    }

    public ApiKey apiKey() {
        return apiKey;
    }

    public short version() {
        return version;
    }

    int correlationId() {
        return correlationId;
    }

    public Caller caller() {
        return caller;
    }

    public Message request() {
        return request;
    }
}
