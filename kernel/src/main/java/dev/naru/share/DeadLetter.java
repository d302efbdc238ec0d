package dev.naru.share;

/// Offsets that the group has given up, to be copied to its topic for dead letters.
public record DeadLetter(long firstOffset, long lastOffset, int deliveryCount, Cause cause) {
    /// Why they were given up.
    public enum Cause {
        /// A member said that it cannot use them.
        REJECTED("rejected by a member of the group"),
        /// They were lent as often as the group allows.
        DELIVERY_LIMIT("lent as often as the group allows, and never accepted");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
