package dev.naru.metadata;

import dev.naru.base.Limits;
import dev.naru.base.Uuid;
import java.util.ArrayList;
import java.util.List;

/// A node as bytes, within a fact of some version. Version 1 ends with the incarnation and the state;
/// a node that has neither stays at version 0, which every release reads and where it leads.
final class NodeCodec {
    static final int NEWEST = 1;

    private NodeCodec() {}

    static int version(NodeImage node) {
        return node.isActive() && node.incarnationId().isZero() ? 0 : NEWEST;
    }

    static void write(NodeImage node, FactWriter out) {
        out.signed(node.nodeId());
        out.uuid(node.directoryId());
        out.unsigned(node.brokerEpoch());
        out.list(node.endpoints(), endpoint -> write(endpoint, out));
        out.string(node.rack());
        if (version(node) == 0) return;
        out.uuid(node.incarnationId());
        out.int8(node.state().id());
    }

    static NodeImage read(int version, FactReader in) throws Undecodable {
        int nodeId = in.int32();
        var directoryId = in.uuid();
        long brokerEpoch = in.unsigned();
        var endpoints = endpoints(in);
        var rack = in.string();
        if (version == 0) return new NodeImage(nodeId, directoryId, brokerEpoch, endpoints, rack);
        var incarnationId = in.uuid();
        return new NodeImage(nodeId, directoryId, incarnationId, brokerEpoch, endpoints, rack,
            state(in.int8()));
    }

    private static NodeImage.State state(byte id) throws Undecodable {
        for (var state : NodeImage.State.values()) {
            if (state.id() == id) return state;
        }
        throw new Undecodable("a node in an unknown state: " + id);
    }

    static void write(Endpoint endpoint, FactWriter out) {
        out.string(endpoint.listener());
        out.string(endpoint.host());
        out.unsigned(endpoint.port());
        out.string(endpoint.securityProtocol());
    }

    static Endpoint endpoint(FactReader in) throws Undecodable {
        return new Endpoint(in.string(), in.string(), in.count(0xFFFF), in.string());
    }

    private static List<Endpoint> endpoints(FactReader in) throws Undecodable {
        int count = in.count(Limits.INITIAL_CAPACITY_MAX);
        var endpoints = new ArrayList<Endpoint>(count);
        for (int i = 0; i < count; i++)
            endpoints.add(endpoint(in));
        return List.copyOf(endpoints);
    }
}
