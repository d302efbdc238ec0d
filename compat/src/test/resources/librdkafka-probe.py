"""Transactions of librdkafka, called through ctypes. Arguments: library, bootstrap, name.

A chain of input -> output with the group's progress in each transaction; every third one is aborted and
done again; at last somebody new takes the transactional id from the first.
"""
import ctypes
import sys

c = ctypes
kafka = c.CDLL(sys.argv[1])
BOOTSTRAP, NAME = sys.argv[2], sys.argv[3]
COUNT, EACH = 60, 4
PATIENCE_MS = 60_000
PRODUCER, CONSUMER = 0, 1


class Message(c.Structure):
    _fields_ = [("err", c.c_int), ("rkt", c.c_void_p), ("partition", c.c_int32),
                ("payload", c.c_void_p), ("len", c.c_size_t), ("key", c.c_void_p),
                ("key_len", c.c_size_t), ("offset", c.c_int64), ("private", c.c_void_p)]


def declare(name, result, *arguments):
    function = getattr(kafka, "rd_kafka_" + name)
    function.restype = result
    function.argtypes = arguments
    return function


P, S, I = c.c_void_p, c.c_char_p, c.c_int
version_str = declare("version_str", S)
conf_new = declare("conf_new", P)
conf_set = declare("conf_set", I, P, S, S, P, c.c_size_t)
new = declare("new", P, I, P, P, c.c_size_t)
destroy = declare("destroy", None, P)
init_transactions = declare("init_transactions", P, P, I)
begin_transaction = declare("begin_transaction", P, P)
commit_transaction = declare("commit_transaction", P, P, I)
abort_transaction = declare("abort_transaction", P, P, I)
send_offsets = declare("send_offsets_to_transaction", P, P, P, P, I)
error_name = declare("error_name", S, P)
error_string = declare("error_string", S, P)
error_is_fatal = declare("error_is_fatal", I, P)
error_destroy = declare("error_destroy", None, P)
topic_new = declare("topic_new", P, P, S, P)
topic_destroy = declare("topic_destroy", None, P)
produce = declare("produce", I, P, c.c_int32, I, P, c.c_size_t, P, c.c_size_t, P)
poll = declare("poll", I, P, I)
flush = declare("flush", I, P, I)
poll_set_consumer = declare("poll_set_consumer", I, P)
list_new = declare("topic_partition_list_new", P, I)
list_add = declare("topic_partition_list_add", P, P, S, c.c_int32)
list_set = declare("topic_partition_list_set_offset", I, P, S, c.c_int32, c.c_int64)
list_destroy = declare("topic_partition_list_destroy", None, P)
subscribe = declare("subscribe", I, P, P)
consumer_poll = declare("consumer_poll", c.POINTER(Message), P, I)
message_destroy = declare("message_destroy", None, c.POINTER(Message))
topic_name = declare("topic_name", S, P)
group_metadata = declare("consumer_group_metadata", P, P)
group_metadata_destroy = declare("consumer_group_metadata_destroy", None, P)
consumer_close = declare("consumer_close", I, P)

MSG_F_COPY = 2


def client(kind, **settings):
    conf = conf_new()
    reason = c.create_string_buffer(512)
    settings["bootstrap.servers"] = BOOTSTRAP
    for key, value in settings.items():
        if conf_set(conf, key.replace("_", ".").encode(), value.encode(), reason, 512) != 0:
            sys.exit(reason.value.decode())
    made = new(kind, conf, reason, 512)
    if not made:
        sys.exit(reason.value.decode())
    return made


def outcome(error):
    """'' when all went well, else the error's name."""
    if not error:
        return ""
    name = error_name(error).decode()
    print("said", name, error_string(error).decode(), flush=True)
    error_destroy(error)
    return name


def well(error):
    name = outcome(error)
    if name:
        sys.exit("failed: " + name)


def transactional():
    made = client(PRODUCER, transactional_id=NAME + "-txn", transaction_timeout_ms="30000")
    well(init_transactions(made, PATIENCE_MS))
    return made


def send(producer, topic, value):
    to = topic_new(producer, topic.encode(), None)
    bytes_ = value.encode()
    if produce(to, -1, MSG_F_COPY, bytes_, len(bytes_), None, 0, None) != 0:
        sys.exit("not produced")
    topic_destroy(to)
    poll(producer, 0)


def fill():
    producer = transactional()
    for first in range(0, COUNT, 10):
        well(begin_transaction(producer))
        for number in range(first, first + 10):
            send(producer, NAME + "-in", "v%d" % number)
        well(commit_transaction(producer, PATIENCE_MS))
    well(begin_transaction(producer))
    send(producer, NAME + "-in", "never")
    flush(producer, PATIENCE_MS)
    well(abort_transaction(producer, PATIENCE_MS))
    destroy(producer)


def take(consumer, most):
    """Some values, with the offsets to go on from."""
    values, offsets = [], {}
    while len(values) < most:
        message = consumer_poll(consumer, 1000 if not values else 100)
        if not message:
            if values:
                break
            continue
        got = message.contents
        if got.err == 0:
            values.append(c.string_at(got.payload, got.len).decode())
            offsets[(topic_name(got.rkt), got.partition)] = got.offset + 1
        message_destroy(message)
    return values, offsets


def attempt(producer, consumer, values, offsets):
    well(begin_transaction(producer))
    for value in values:
        send(producer, NAME + "-out", "copy of " + value)
    positions = list_new(len(offsets))
    for (topic, partition), offset in offsets.items():
        list_add(positions, topic, partition)
        list_set(positions, topic, partition, offset)
    member = group_metadata(consumer)
    well(send_offsets(producer, positions, member, PATIENCE_MS))
    group_metadata_destroy(member)
    list_destroy(positions)


def chain():
    producer = transactional()
    consumer = client(CONSUMER, group_id=NAME, isolation_level="read_committed",
                      auto_offset_reset="earliest", enable_auto_commit="false",
                      enable_partition_eof="false")
    poll_set_consumer(consumer)
    topics = list_new(1)
    list_add(topics, (NAME + "-in").encode(), -1)
    subscribe(consumer, topics)
    list_destroy(topics)
    done = rounds = 0
    while done < COUNT:
        values, offsets = take(consumer, EACH)
        rounds += 1
        if rounds % 3 == 0:
            attempt(producer, consumer, values, offsets)
            well(abort_transaction(producer, PATIENCE_MS))
        attempt(producer, consumer, values, offsets)
        well(commit_transaction(producer, PATIENCE_MS))
        done += len(values)
    print("chained", done, flush=True)
    consumer_close(consumer)
    destroy(consumer)
    return producer


def fence(old):
    well(begin_transaction(old))
    send(old, NAME + "-out", "never")
    flush(old, PATIENCE_MS)
    newer = transactional()
    well(begin_transaction(newer))
    send(newer, NAME + "-out", "the last")
    well(commit_transaction(newer, PATIENCE_MS))
    if not outcome(commit_transaction(old, PATIENCE_MS)):
        sys.exit("the fenced one committed")
    print("fenced", flush=True)
    destroy(newer)


print("librdkafka", version_str().decode(), flush=True)
fill()
fence(chain())
print("all done", flush=True)
