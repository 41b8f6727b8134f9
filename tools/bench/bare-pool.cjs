// The floor of a prune: the least that a Node program needs to delete the ids on standard input, eight at a time.

const { readFileSync } = require('node:fs');
const https = require('node:https');

const [, , url = ''] = process.argv;
const agent = new https.Agent({ keepAlive: true, maxSockets: 8 });
const ids = readFileSync(0, 'utf8').trim().split('\n').values();

async function work() {
  for (const id of ids) {
    await new Promise((resolve, reject) => {
      const options = { method: 'DELETE', agent, headers: { authorization: 'Bearer sk-bench' } };
      const request = https.request(url + id, options, response => response.resume().on('end', resolve));
      request.on('error', reject).end();
    });
  }
}

Promise.all(Array.from({ length: 8 }, work)).then(() => agent.destroy());
