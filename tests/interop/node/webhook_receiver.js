// A receiver of Standard Webhooks, as a subscriber would write one: every message is verified by the
// reference library before it is looked at. It tells the time that it is told, and is well or not.
//
//   node webhook_receiver.js <folder of node_modules> <whsec_… secret>
//
// Prints its port. GET /state says what came; GET /set?now=<ms>&well=<0|1> changes it.
const http = require("http");
const path = require("path");

const [folder, secret] = process.argv.slice(2);
const { Webhook } = require(path.join(folder, "node_modules", "standardwebhooks"));

let now = Date.now();
let well = false;
Date.now = () => now; // What the library compares the message's timestamp with.

const webhook = new Webhook(secret);
const state = { asked: 0, refused: [], taken: [] };

function take(request, body, response) {
  state.asked += 1;
  try {
    const payload = webhook.verify(body, request.headers);
    if (well) state.taken.push({ id: request.headers["webhook-id"], payload });
    response.writeHead(well ? 204 : 503).end();
  } catch (error) {
    state.refused.push(String(error));
    response.writeHead(400).end();
  }
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/state") {
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(state));
  } else if (url.pathname === "/set") {
    if (url.searchParams.has("now")) now = Number(url.searchParams.get("now"));
    if (url.searchParams.has("well")) well = url.searchParams.get("well") === "1";
    response.writeHead(204).end();
  } else {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => take(request, Buffer.concat(chunks).toString("utf8"), response));
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
