package dev.naru.record;

/// Where the fields of a record batch (magic 2) lie, counted from its first byte. All numbers are
/// big-endian; the checksum (CRC-32C) covers everything from the attributes to the end.
///
/// ```
///  0        8       12      16 17    21  23      27          35          43
///  |base    |batch  |leader |m |crc  |at |last   |base       |max        |producer
///  |offset  |length |epoch  |a |     |tr |offset |timestamp  |timestamp  |id
///  |        |       |       |g |     |   |delta  |           |           |
///
/// 43         51      53        57      61
///  |producer |prod.  |base     |record |records (one block of a codec when compressed) ...
///  |id       |epoch  |sequence |count  |
///
/// attributes   15..7 unused | 6 delete horizon | 5 control | 4 transactional
///              | 3 log append time | 2..0 codec
/// a record     length, attributes (1 byte), timestamp delta, offset delta, key length, key,
///              value length, value, header count, { key length, key, value length, value } ...
///              every number but the attributes a zigzag varint; length -1 means null
/// ```
public final class BatchLayout {
    public static final int BASE_OFFSET = 0;
    public static final int BATCH_LENGTH = 8;
    public static final int LEADER_EPOCH = 12;
    public static final int MAGIC = 16;
    public static final int CRC = 17;
    public static final int ATTRIBUTES = 21;
    public static final int LAST_OFFSET_DELTA = 23;
    public static final int BASE_TIMESTAMP = 27;
    public static final int MAX_TIMESTAMP = 35;
    public static final int PRODUCER_ID = 43;
    public static final int PRODUCER_EPOCH = 51;
    public static final int BASE_SEQUENCE = 53;
    public static final int RECORD_COUNT = 57;
    /// Where the records start: the size of the header.
    public static final int RECORDS = 61;

    /// What the batch length does not count: the base offset and the length itself.
    public static final int BYTES_BEFORE_LENGTH_COUNTS = 12;
    /// The smallest batch length there can be.
    public static final int BATCH_LENGTH_MIN = RECORDS - BYTES_BEFORE_LENGTH_COUNTS;
    /// Bytes needed to know how long a batch is and which format it has.
    public static final int PREFIX_BYTES = CRC;

    /// The only format that Naru stores.
    public static final byte MAGIC_V2 = 2;

    public static final int CODEC_MASK = 0x07;
    public static final int LOG_APPEND_TIME_BIT = 0x08;
    public static final int TRANSACTIONAL_BIT = 0x10;
    public static final int CONTROL_BIT = 0x20;
    public static final int DELETE_HORIZON_BIT = 0x40;
    /// Bits that have a meaning.
    public static final int KNOWN_ATTRIBUTES = 0x7F;

    /// Stands for "no timestamp", "no producer id", "no sequence", "no epoch".
    public static final int NONE = -1;

    private BatchLayout() {}
}
