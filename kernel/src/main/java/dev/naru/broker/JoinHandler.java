package dev.naru.broker;

import dev.naru.base.ErrorCode;
import dev.naru.metadata.ClusterAnswer;
import dev.naru.metadata.ClusterRequest;
import dev.naru.metadata.Endpoint;
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

    JoinHandler(Cluster cluster, ControllerLink controller, Admission admission) {
        this.cluster = cluster;
        this.controller = controller;
        this.admission = admission;
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
        var applicant = applicant(call, request);
        admission.check(applicant, refusal -> {
            if (refusal.isPresent()) {
                refuse(call, refusal.get().why(), refusal.get().message());
            } else {
                admit(call, request, applicant);
            }
        });
    }

    private static Admission.Applicant applicant(Call call, JoinClusterRequest request) {
        var id = request.tokenId();
        var secret = request.tokenSecret();
        var token = id == null || secret == null
            ? Optional.<Admission.Token>empty()
            : Optional.of(new Admission.Token(id, secret));
        var names = request.listeners().stream().map(JoinClusterRequest.Listener::host).distinct()
            .toList();
        return new Admission.Applicant(call.caller().host(), request.directoryId(), names, token,
            Optional.ofNullable(request.certificateRequest()));
    }

    private void admit(Call call, JoinClusterRequest request, Admission.Applicant applicant) {
        if (request.directoryId().isZero() || request.quorumHost().isEmpty()
            || request.quorumPort() == 0) {
            refuse(call, ErrorCode.INVALID_REQUEST,
                "A node that joins says its directory and where it listens for the quorum.");
            return;
        }
        var rack = request.rack();
        var asked = new ClusterRequest.AdmitNode(request.nodeId(), request.directoryId(),
            endpoints(request), rack == null ? "" : rack);
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
            admission.certify(nodeId, applicant, given -> look(call,
                quorum -> answer(call, nodeId, Membership.NONE, new Told(quorum, given))));
        }
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
        var told = new Told(quorum, Admission.Certificates.NONE);
        boolean mayVote = request.wantsVote() && quorum.voters().size() < VOTERS_MAX;
        if (quorum.voter(nodeId, directoryId).isPresent()) {
            answer(call, nodeId, Membership.VOTER, told);
        } else if (mayVote) {
            change(call, new QuorumChange.AddVoter(nodeId, directoryId, request.quorumHost(),
                request.quorumPort()), () -> answer(call, nodeId, Membership.VOTER, told));
        } else if (quorum.observer(nodeId, directoryId).isPresent()) {
            answer(call, nodeId, Membership.OBSERVER, told);
        } else {
            change(call, new QuorumChange.AddObserver(nodeId, directoryId, request.quorumHost(),
                request.quorumPort()), () -> answer(call, nodeId, Membership.OBSERVER, told));
        }
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
    private record Told(Quorum quorum, Admission.Certificates certificates) {}

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
