package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.base.Loop;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Endpoint;
import dev.naru.metadata.JoinToken;
import dev.naru.metadata.Quorum;
import dev.naru.metadata.QuorumChange;
import dev.naru.wire.message.JoinClusterRequest;
import dev.naru.wire.message.JoinClusterResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// JoinCluster, at the door between nodes: a node without a place in a cluster gets an id, and, once it
/// listens for the quorum, a seat there: a vote while there are fewer than three voters, else that of
/// an observer. Each step may be asked for again.
final class JoinHandler {
    /// More than that do not get a vote by joining.
    private static final int VOTERS_MAX = 3;

    private final Cluster cluster;
    private final ControllerLink controller;
    private final Admission admission;
    private final Loop controlLoop;
    private final JoinRelay relay;

    JoinHandler(Cluster cluster, ControllerLink controller, Env env, JoinRelay relay) {
        this.cluster = cluster;
        this.controller = controller;
        this.admission = env.admission();
        this.controlLoop = env.loops().getFirst();
        this.relay = relay;
    }

    /// What a node becomes in the quorum; the numbers are the wire's.
    private enum Membership {
        NONE(0), OBSERVER(1), VOTER(2);

        private final byte id;

        Membership(int id) {
            this.id = (byte) id;
        }
    }

    void handle(Call call) {
        var request = (JoinClusterRequest) call.request();
        if (request.directoryId().isZero() || request.quorumHost().isEmpty()
            || request.quorumPort() == 0) {
            refuse(call, ErrorCode.INVALID_REQUEST,
                "A node that joins says its directory and where it listens for the quorum.");
            return;
        }
        var applicant = applicant(call, request);
        switch (admission.check(applicant)) {
            case Admission.Verdict.No(var why, var message) -> refuse(call, why, message);
            case Admission.Verdict.May(var token) -> admit(call, request, applicant, token);
        }
    }

    private static Admission.Applicant applicant(Call call, JoinClusterRequest request) {
        var id = request.tokenId();
        var secret = request.tokenSecret();
        var token = id == null || secret == null
            ? Optional.<Admission.Token>empty()
            : Optional.of(new Admission.Token(id, secret));
        var names = request.listeners().stream().map(JoinClusterRequest.Listener::host).distinct()
            .toList();
        var caller = call.caller();
        return new Admission.Applicant(new Admission.Arrival(caller.isPeer(), caller.member()),
            caller.host(), new Admission.Claim(request.nodeId(), request.directoryId(),
                request.isListening()),
            names, token, Optional.ofNullable(request.certificateRequest()));
    }

    private void admit(Call call, JoinClusterRequest request, Admission.Applicant applicant,
        Optional<JoinToken.Proof> token) {
        var rack = request.rack();
        var asked = new ClusterRequest.AdmitNode(request.nodeId(), request.directoryId(),
            endpoints(request), rack == null ? "" : rack, token);
        controller.submit(asked, answer -> {
            if (answer instanceof ClusterAnswer.NodeAdmitted(var nodeId)) {
                admitted(call, request, applicant, nodeId);
            } else {
                refuse(call, answer);
            }
        });
    }

    private static List<Endpoint> endpoints(JoinClusterRequest request) {
        return request.listeners().stream().map(each -> new Endpoint(each.name(), each.host(),
            each.port(), each.securityProtocol())).toList();
    }

    private void admitted(Call call, JoinClusterRequest request, Admission.Applicant applicant,
        int nodeId) {
        if (request.isListening()) {
            look(call, quorum -> seat(call, request, nodeId, quorum));
        } else {
            admission.certify(nodeId, applicant, certified -> Partitions.on(controlLoop,
                () -> look(call, quorum -> certified(call, nodeId, quorum, certified))));
        }
    }

    private void certified(Call call, int nodeId, Quorum quorum, Admission.Certified certified) {
        switch (certified) {
            case Admission.Certified.Given(var given) ->
                answer(call, nodeId, Membership.NONE, new Told(quorum, given));
            case Admission.Certified.Not(var message) ->
                refuse(call, ErrorCode.UNKNOWN_SERVER_ERROR, message);
            case Admission.Certified.Elsewhere() -> {
                boolean isRelayed = call.caller().isPeer();
                if (isRelayed) refuse(call, ErrorCode.NOT_CONTROLLER, "the key is not here");
                else
                    relay(call, quorum);
            }
        }
    }

    /// Every voter has the authority's key, unless it got its vote from a node without it.
    private void relay(Call call, Quorum quorum) {
        var voters = quorum.voters().stream().map(Quorum.Member::nodeId)
            .filter(id -> id != cluster.nodeId()).toList();
        relay.ask(voters, (JoinClusterRequest) call.request(), answer -> {
            if (answer.isPresent()) call.reply(answer.get());
            else
                refuse(call, ErrorCode.NOT_CONTROLLER,
                    "no node that has the authority's key can be reached");
        });
    }

    private void look(Call call, Consumer<Quorum> then) {
        controller.submit(new ClusterRequest.DescribeQuorum(), answer -> {
            if (answer instanceof ClusterAnswer.QuorumSeen(var quorum)) {
                then.accept(quorum);
            } else {
                refuse(call, answer);
            }
        });
    }

    private void seat(Call call, JoinClusterRequest request, int nodeId, Quorum quorum) {
        var directoryId = request.directoryId();
        boolean mayVote = request.wantsVote() && quorum.voters().size() < VOTERS_MAX;
        if (quorum.voter(nodeId, directoryId).isPresent()) {
            seated(call, nodeId, quorum);
        } else if (mayVote) {
            change(call, new QuorumChange.AddVoter(nodeId, directoryId, request.quorumHost(),
                request.quorumPort()), () -> seated(call, nodeId, quorum));
        } else if (quorum.observer(nodeId, directoryId).isPresent()) {
            answer(call, nodeId, Membership.OBSERVER, new Told(quorum));
        } else {
            change(call, new QuorumChange.AddObserver(nodeId, directoryId, request.quorumHost(),
                request.quorumPort()),
                () -> answer(call, nodeId, Membership.OBSERVER, new Told(quorum)));
        }
    }

    /// A voter is given the key of the authority.
    private void seated(Call call, int nodeId, Quorum quorum) {
        admission.bequeath(key -> Partitions.on(controlLoop, () -> answer(call, nodeId,
            Membership.VOTER, new Told(quorum, Admission.Certificates.NONE, key))));
    }

    private void change(Call call, QuorumChange change, Runnable done) {
        controller.submit(new ClusterRequest.ChangeQuorum(change), answer -> {
            if (answer instanceof ClusterAnswer.QuorumChanged) {
                done.run();
            } else {
                refuse(call, answer);
            }
        });
    }

    /// What a node is told besides its own place.
    private record Told(Quorum quorum, Admission.Certificates certificates,
        Optional<ByteBuffer> authorityKey) {
        private Told(Quorum quorum) {
            this(quorum, Admission.Certificates.NONE);
        }

        private Told(Quorum quorum, Admission.Certificates certificates) {
            this(quorum, certificates, Optional.empty());
        }
    }

    private void answer(Call call, int nodeId, Membership membership, Told told) {
        var voters = told.quorum().voters().stream().map(voter -> JoinClusterResponse.Voter
            .builder().nodeId(voter.nodeId()).directoryId(voter.directoryId()).host(voter.host())
            .port(voter.port()).build()).toList();
        call.reply(JoinClusterResponse.builder()
            .clusterId(cluster.image().clusterId())
            .nodeId(nodeId)
            .membership(membership.id)
            .voters(voters)
            .certificates(orNull(told.certificates().own()))
            .certificateAuthority(orNull(told.certificates().authority()))
            .authorityKey(orNull(told.authorityKey()))
            .build());
    }

    private static @Nullable ByteBuffer orNull(Optional<ByteBuffer> bytes) {
        return bytes.orElse(null);
    }

    private static void refuse(Call call, ClusterAnswer answer) {
        refuse(call, Texts.failure(answer),
            answer instanceof ClusterAnswer.Failed failed ? failed.message() : "");
    }

    private static void refuse(Call call, ErrorCode why, String message) {
        call.reply(JoinClusterResponse.builder().errorCode(why.code())
            .errorMessage(Texts.orNull(message)).build());
    }
}
