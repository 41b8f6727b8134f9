// The floor: the least that a Node program needs to send the one DELETE and to know whether it went well.

const https = require('node:https');

const [, , url = ''] = process.argv;
process.exitCode = 1;
https
  .request(url, { method: 'DELETE', headers: { authorization: 'Bearer sk-bench' } }, response => {
    let body = '';
    response.setEncoding('utf8').on('data', text => {
      body += text;
    });
    response.on('end', () => {
      process.exitCode = response.statusCode === 200 && JSON.parse(body).response === true ? 0 : 1;
    });
  })
  .end();
