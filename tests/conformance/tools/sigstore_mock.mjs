// Fulcio and Rekor for tests: the npm package @sigstore/mock behind an HTTP server on the loopback interface.
//
// sigstore-mock DIRECTORY writes the certificate and the public keys of the services to DIRECTORY, then `url`, the URL
// of both. It ends when its standard input does.
//
// The package answers calls of sigstore-js only. This server does what the real services do in addition: it takes the
// token of cosign from the header, checks the proof of possession, and records the canonical form of an entry.

import { createHash, createPublicKey, generateKeyPairSync, verify, X509Certificate } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { fulcioHandler, initializeCA, initializeCTLog } = require("@sigstore/mock/dist/fulcio");
const { initializeTLog, rekorHandler } = require("@sigstore/mock/dist/rekor");

const directory = process.argv[2];
const keys = () => generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const save = (name, text) => writeFileSync(`${directory}/${name}`, text);
const pem = (key) => key.export({ type: "spki", format: "pem" });
const sha256 = (bytes) => ({ algorithm: "sha256", value: createHash("sha256").update(bytes).digest("hex") });
const bytes = (base64) => Buffer.from(base64, "base64");

async function fulcio() {
  const [authority, log] = [keys(), keys()];
  const ca = await initializeCA(authority, await initializeCTLog(log));
  save("fulcio.pem", new X509Certificate(ca.rootCertificate).toString());
  save("ct.pub", pem(log.publicKey));
  const handler = fulcioHandler(ca);
  return async (request, document) => {
    const bearer = request.headers.authorization?.replace(/^Bearer /, "");
    document.credentials ??= { oidcIdentityToken: bearer };
    const claims = JSON.parse(Buffer.from(document.credentials.oidcIdentityToken.split(".")[1], "base64url"));
    const { publicKey, proofOfPossession } = document.publicKeyRequest;
    const key = createPublicKey(publicKey.content);
    if (!verify("sha256", Buffer.from(claims.email ?? claims.sub), key, bytes(proofOfPossession))) {
      return { statusCode: 400, response: '{"code":3,"message":"the proof of possession is invalid"}' };
    }
    const answer = await handler.fn(JSON.stringify(document));
    return { ...answer, statusCode: answer.statusCode === 201 ? 200 : answer.statusCode };
  };
}

async function rekor(url) {
  const log = keys();
  save("rekor.pub", pem(log.publicKey));
  const handler = rekorHandler(await initializeTLog(url, log));
  return async (_, document) => {
    const { envelope, verifiers } = document.spec.proposedContent;
    const { payload, signatures } = JSON.parse(envelope);
    const spec = {
      envelopeHash: sha256(envelope),
      payloadHash: sha256(bytes(payload)),
      signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
    };
    const answer = await handler.fn(JSON.stringify({ apiVersion: "0.0.1", kind: "dsse", spec }));
    const [id] = Object.keys(JSON.parse(answer.response));
    return { ...answer, headers: { ETag: id, Location: `/api/v1/log/entries/${id}` } };
  };
}

const handlers = {};
const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    const answer = await handlers[`${request.method} ${request.url}`](request, JSON.parse(Buffer.concat(parts)));
    response.writeHead(answer.statusCode, { "Content-Type": "application/json", ...answer.headers });
    response.end(answer.response);
  } catch (error) {
    response.writeHead(400).end(JSON.stringify({ message: String(error) }));
  }
});
server.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  handlers["POST /api/v2/signingCert"] = await fulcio();
  handlers["POST /api/v1/log/entries"] = await rekor(url);
  save("url.new", url);
  renameSync(`${directory}/url.new`, `${directory}/url`);
});
process.stdin.on("end", () => process.exit()).resume();
