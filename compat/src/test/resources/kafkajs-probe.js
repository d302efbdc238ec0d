// Arguments: the bootstrap address and a topic name. Prints "all done" when everything held.
const assert = require('node:assert');
const { Kafka, CompressionTypes, logLevel } = require('kafkajs');

const [bootstrap, topic] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'probe', brokers: [bootstrap], logLevel: logLevel.ERROR });
const total = 60;

async function administer(admin) {
  assert(await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }] }));
  assert.strictEqual(await admin.createTopics({ topics: [{ topic }] }), false);
  await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
  assert((await admin.listTopics()).includes(topic));
  const described = await admin.fetchTopicMetadata({ topics: [topic] });
  assert.strictEqual(described.topics[0].partitions.length, 3);
  const cluster = await admin.describeCluster();
  assert.strictEqual(cluster.brokers.length, 1);
  const configs = await admin.describeConfigs({
    includeSynonyms: false, resources: [{ type: 2, name: topic }],
  });
  assert(configs.resources[0].configEntries.some((one) => one.configName === 'retention.ms'));
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '86400000' }] }],
  });
  console.log('admin works');
}

async function produce(settings, compression, name) {
  const producer = kafka.producer(settings);
  await producer.connect();
  const messages = [];
  for (let n = 0; n < 20; n++) {
    messages.push({ key: `key-${n}`, value: `${name}-${n}`, headers: { from: name }, partition: n % 3 });
  }
  const sent = await producer.send({ topic, acks: -1, compression, messages });
  assert.strictEqual(sent.length, 3);
  assert(sent.every((one) => one.errorCode === 0));
  await producer.disconnect();
  console.log(`produced with ${name}`);
}

async function consume(groupId, count) {
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const seen = new Set();
  await new Promise((resolve, reject) => {
    consumer.run({
      eachMessage: async ({ message }) => {
        assert(message.headers.from);
        seen.add(message.value.toString());
        if (seen.size === count) resolve();
      },
    }).catch(reject);
  });
  await consumer.disconnect();
  assert.strictEqual(seen.size, count);
  console.log('consumed');
}

async function lookBack(admin, groupId) {
  const described = await admin.describeGroups([groupId]);
  assert.strictEqual(described.groups[0].state, 'Empty');
  assert((await admin.listGroups()).groups.some((one) => one.groupId === groupId));
  const ends = await admin.fetchTopicOffsets(topic);
  assert.strictEqual(ends.reduce((sum, one) => sum + Number(one.high), 0), total);
  const committed = await admin.fetchOffsets({ groupId, topics: [topic] });
  const sum = committed[0].partitions.reduce((all, one) => all + Number(one.offset), 0);
  assert.strictEqual(sum, total);
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] });
  await admin.deleteGroups([groupId]);
  console.log('groups work');
}

async function main() {
  const admin = kafka.admin();
  await admin.connect();
  await administer(admin);
  await produce({}, CompressionTypes.None, 'plain');
  await produce({}, CompressionTypes.GZIP, 'gzip');
  await produce({ idempotent: true, maxInFlightRequests: 1 }, CompressionTypes.None, 'idempotent');
  const groupId = `${topic}-group`;
  await consume(groupId, total);
  await lookBack(admin, groupId);
  await admin.disconnect();
  console.log('all done');
}

main().catch((failed) => {
  console.error(failed);
  process.exit(1);
});
