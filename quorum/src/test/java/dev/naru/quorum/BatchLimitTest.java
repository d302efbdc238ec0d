package dev.naru.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.MetadataLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How large a batch of the quorum can be.
@Timeout(120)
final class BatchLimitTest {
    @Test void a_batch_at_the_limit_is_stored_and_one_byte_more_is_refused_by_name()
        throws Exception {
        try (var yard = new RatisYard(1).patient()) {
            var leader = new Recorder(yard, 1);
            yard.until(leader::isLeading);
            int most = RatisProperties.BATCH_BYTES_MAX;
            var refused = assertInstanceOf(MetadataLog.Outcome.Refused.class,
                leader.propose(most + 1));
            assertEquals(ErrorCode.POLICY_VIOLATION, refused.why());
            assertEquals("A change of 8388609 bytes is too large for the quorum, which takes up to"
                + " 8388608.", refused.message());
            assertInstanceOf(MetadataLog.Outcome.Committed.class, leader.propose(most));
            leader.commit(7);
            yard.until(() -> leader.values().contains(7L));
        }
    }
}
