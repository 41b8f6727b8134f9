// The least code with which Node can send one DELETE and check the answer.

const https = require('node:https');

const [, , url = ''] = process.argv;
process.exitCode = 1;
https
  .request(url, { method: 'DELETE', headers: { authorization: 'Bearer sk-bench' } }, async response => {
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += chunk;
    if (response.statusCode === 200 && JSON.parse(body).response === true) process.exitCode = 0;
  })
  .end();
