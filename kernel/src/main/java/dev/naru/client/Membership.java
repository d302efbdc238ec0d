package dev.naru.client;

/// Who a member is at the moment: its id and the generation that it was assigned partitions in.
public record Membership(String memberId, int generation) {
    /// Not a member yet.
    static final Membership NONE = new Membership("", -1);

    Membership named(String memberId) {
        return new Membership(memberId, -1);
    }

    public boolean isMember() {
        return generation >= 0;
    }
}
