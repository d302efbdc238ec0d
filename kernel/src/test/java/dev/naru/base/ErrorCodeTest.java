package dev.naru.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

final class ErrorCodeTest {
    @Test void every_code_of_the_protocol_is_here_under_its_name() {
        for (var kafka : Errors.values()) {
            var ours = ErrorCode.of(kafka.code());
            assertThat(ours.name()).isEqualTo(kafka.name());
            assertThat(ours.code()).isEqualTo(kafka.code());
        }
        assertThat(ErrorCode.values()).hasSameSizeAs(Errors.values());
    }

    @Test void those_errors_are_retriable_that_clients_retry() {
        for (var kafka : Errors.values()) {
            boolean retried = kafka.exception() instanceof RetriableException;
            assertThat(ErrorCode.of(kafka.code()).isRetriable()).as(kafka.name())
                .isEqualTo(retried);
        }
    }

    @Test void a_code_from_the_future_is_an_unknown_error() {
        assertThat(ErrorCode.of((short) 137)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(ErrorCode.of((short) -2)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
    }
}
