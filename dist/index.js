/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 629:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

"use strict";


const https = __nccwpck_require__(692)
const http = __nccwpck_require__(611)
const { URL } = __nccwpck_require__(16)

class HttpProxyAgent extends http.Agent {
  constructor (options) {
    const { proxy, proxyRequestOptions, ...opts } = options
    super(opts)
    this.proxy = typeof proxy === 'string'
      ? new URL(proxy)
      : proxy
    this.proxyRequestOptions = proxyRequestOptions || {}
  }

  createConnection (options, callback) {
    const requestOptions = {
      ...this.proxyRequestOptions,
      method: 'CONNECT',
      host: this.proxy.hostname,
      port: this.proxy.port,
      path: `${options.host}:${options.port}`,
      setHost: false,
      headers: { ...this.proxyRequestOptions.headers, connection: this.keepAlive ? 'keep-alive' : 'close', host: `${options.host}:${options.port}` },
      agent: false,
      timeout: options.timeout || 0
    }

    if (this.proxy.username || this.proxy.password) {
      const base64 = Buffer.from(`${decodeURIComponent(this.proxy.username || '')}:${decodeURIComponent(this.proxy.password || '')}`).toString('base64')
      requestOptions.headers['proxy-authorization'] = `Basic ${base64}`
    }

    if (this.proxy.protocol === 'https:') {
      requestOptions.servername = this.proxy.hostname
    }

    const request = (this.proxy.protocol === 'http:' ? http : https).request(requestOptions)
    request.once('connect', (response, socket, head) => {
      request.removeAllListeners()
      socket.removeAllListeners()
      if (response.statusCode === 200) {
        callback(null, socket)
      } else {
        socket.destroy()
        callback(new Error(`Bad response: ${response.statusCode}`), null)
      }
    })

    request.once('timeout', () => {
      request.destroy(new Error('Proxy timeout'))
    })

    request.once('error', err => {
      request.removeAllListeners()
      callback(err, null)
    })

    request.end()
  }
}

class HttpsProxyAgent extends https.Agent {
  constructor (options) {
    const { proxy, proxyRequestOptions, ...opts } = options
    super(opts)
    this.proxy = typeof proxy === 'string'
      ? new URL(proxy)
      : proxy
    this.proxyRequestOptions = proxyRequestOptions || {}
  }

  createConnection (options, callback) {
    const requestOptions = {
      ...this.proxyRequestOptions,
      method: 'CONNECT',
      host: this.proxy.hostname,
      port: this.proxy.port,
      path: `${options.host}:${options.port}`,
      setHost: false,
      headers: { ...this.proxyRequestOptions.headers, connection: this.keepAlive ? 'keep-alive' : 'close', host: `${options.host}:${options.port}` },
      agent: false,
      timeout: options.timeout || 0
    }

    if (this.proxy.username || this.proxy.password) {
      const base64 = Buffer.from(`${decodeURIComponent(this.proxy.username || '')}:${decodeURIComponent(this.proxy.password || '')}`).toString('base64')
      requestOptions.headers['proxy-authorization'] = `Basic ${base64}`
    }

    // Necessary for the TLS check with the proxy to succeed.
    if (this.proxy.protocol === 'https:') {
      requestOptions.servername = this.proxy.hostname
    }

    const request = (this.proxy.protocol === 'http:' ? http : https).request(requestOptions)
    request.once('connect', (response, socket, head) => {
      request.removeAllListeners()
      socket.removeAllListeners()
      if (response.statusCode === 200) {
        const secureSocket = super.createConnection({ ...options, socket })
        callback(null, secureSocket)
      } else {
        socket.destroy()
        callback(new Error(`Bad response: ${response.statusCode}`), null)
      }
    })

    request.once('timeout', () => {
      request.destroy(new Error('Proxy timeout'))
    })

    request.once('error', err => {
      request.removeAllListeners()
      callback(err, null)
    })

    request.end()
  }
}

module.exports = {
  HttpProxyAgent,
  HttpsProxyAgent
}


/***/ }),

/***/ 770:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

module.exports = __nccwpck_require__(218);


/***/ }),

/***/ 218:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

"use strict";
var __webpack_unused_export__;


var net = __nccwpck_require__(278);
var tls = __nccwpck_require__(756);
var http = __nccwpck_require__(611);
var https = __nccwpck_require__(692);
var events = __nccwpck_require__(434);
var assert = __nccwpck_require__(613);
var util = __nccwpck_require__(23);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
__webpack_unused_export__ = debug; // for test


/***/ }),

/***/ 613:
/***/ ((module) => {

"use strict";
module.exports = require("assert");

/***/ }),

/***/ 434:
/***/ ((module) => {

"use strict";
module.exports = require("events");

/***/ }),

/***/ 611:
/***/ ((module) => {

"use strict";
module.exports = require("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

"use strict";
module.exports = require("https");

/***/ }),

/***/ 278:
/***/ ((module) => {

"use strict";
module.exports = require("net");

/***/ }),

/***/ 756:
/***/ ((module) => {

"use strict";
module.exports = require("tls");

/***/ }),

/***/ 16:
/***/ ((module) => {

"use strict";
module.exports = require("url");

/***/ }),

/***/ 23:
/***/ ((module) => {

"use strict";
module.exports = require("util");

/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __nccwpck_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/create fake namespace object */
/******/ 	(() => {
/******/ 		var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 		var leafPrototypes;
/******/ 		// create a fake namespace object
/******/ 		// mode & 1: value is a module id, require it
/******/ 		// mode & 2: merge all properties of value into the ns
/******/ 		// mode & 4: return value when already ns object
/******/ 		// mode & 16: return value when it's Promise-like
/******/ 		// mode & 8|1: behave like require
/******/ 		__nccwpck_require__.t = function(value, mode) {
/******/ 			if(mode & 1) value = this(value);
/******/ 			if(mode & 8) return value;
/******/ 			if(typeof value === 'object' && value) {
/******/ 				if((mode & 4) && value.__esModule) return value;
/******/ 				if((mode & 16) && typeof value.then === 'function') return value;
/******/ 			}
/******/ 			var ns = Object.create(null);
/******/ 			__nccwpck_require__.r(ns);
/******/ 			var def = {};
/******/ 			leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 			for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 				Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 			}
/******/ 			def['default'] = () => (value);
/******/ 			__nccwpck_require__.d(ns, def);
/******/ 			return ns;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/define property getters */
/******/ 	(() => {
/******/ 		// define getter functions for harmony exports
/******/ 		__nccwpck_require__.d = (exports, definition) => {
/******/ 			for(var key in definition) {
/******/ 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 				}
/******/ 			}
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	(() => {
/******/ 		__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	(() => {
/******/ 		// define __esModule on exports
/******/ 		__nccwpck_require__.r = (exports) => {
/******/ 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 			}
/******/ 			Object.defineProperty(exports, '__esModule', { value: true });
/******/ 		};
/******/ 	})();
/******/ 	
/************************************************************************/
var __webpack_exports__ = {};
// This entry need to be wrapped in an IIFE because it need to be in strict mode.
(() => {
"use strict";

;// CONCATENATED MODULE: ./src/clock.ts
/** Node fires a longer timer at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const systemClock = {
    monotonicMs: () => performance.now(),
    epochMs: () => Date.now(),
    after(ms, callback) {
        const timer = setTimeout(callback, Math.min(ms, MAX_TIMER_MS));
        return () => clearTimeout(timer);
    },
};

;// CONCATENATED MODULE: ./src/deadline.ts
/**
 * How long requests may go on after a stop. The runner sends SIGTERM 7.5 s after its SIGINT, and kills the process 2.5 s
 * later.
 */
const GRACE_MS = 5_000;
/** The time that a run may take. No `sleep` outlasts it or a stop. */
class Deadline {
    seconds;
    stop;
    clock;
    endsAt;
    /** Not a Set: V8 keeps old tables of one that grows and shrinks, and with them the memory of every request. */
    requestEndings = [];
    waitEndings = new Set();
    /**
     * Starts the clock.
     * @param seconds how long the run may take from now
     * @param stop fires when the run must end early: the runner cancels the step, or an unexpected error occurred
     */
    constructor(seconds, stop, clock) {
        this.seconds = seconds;
        this.stop = stop;
        this.clock = clock;
        this.endsAt = clock.monotonicMs() + seconds * 1000;
        stop.addEventListener('abort', () => {
            for (const end of this.waitEndings)
                end();
            clock.after(GRACE_MS, () => {
                for (const end of this.requestEndings)
                    end();
            });
        });
    }
    /** Whole milliseconds until the deadline; 0 when it has passed. */
    remainingMs() {
        return Math.max(0, Math.floor(this.endsAt - this.clock.monotonicMs()));
    }
    /**
     * Waits, unless the wait would outlast the deadline.
     * @param stopped also ends the wait
     * @returns whether requests may follow; false at once where they may not
     */
    async sleep(ms, stopped) {
        const isStopped = () => this.stop.aborted || stopped?.aborted === true;
        if (ms >= this.remainingMs() || isStopped())
            return false;
        await new Promise(resolve => {
            const end = () => {
                cancelTimer();
                this.waitEndings.delete(end);
                stopped?.removeEventListener('abort', end);
                resolve();
            };
            const cancelTimer = this.clock.after(ms, end);
            this.waitEndings.add(end);
            stopped?.addEventListener('abort', end);
        });
        return !isStopped();
    }
    /**
     * Runs work that may take `ms` milliseconds, and only `GRACE_MS` more after a stop.
     * @param work should end when its signal fires; nobody waits for it then
     * @returns the result of the work, or `undefined` if the time was up first
     */
    withTimeout(ms, work) {
        return new Promise((resolve, reject) => {
            const controller = new AbortController();
            const end = () => {
                resolve(undefined);
                controller.abort();
            };
            const cancelTimer = this.clock.after(ms, end);
            this.requestEndings.push(end);
            work(controller.signal)
                .then(resolve, reject)
                .finally(() => {
                cancelTimer();
                this.requestEndings.splice(this.requestEndings.indexOf(end), 1);
            });
        });
    }
}

;// CONCATENATED MODULE: ./src/text/printable.ts
const MAX_NAME_LENGTH = 100;
const MAX_QUOTED_LENGTH = 80;
/** In characters. No token is that long. Node on Windows cannot compile the pattern of a secret of 8,192. */
const MAX_SECRET_LENGTH = 4_096;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Line breaks, escapes, direction marks and half characters: they can deceive a reader or a program. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029\p{Default_Ignorable_Code_Point}]/gu;
/** Builds a printable text from a literal in this source and from values that the compiler knows to be safe. */
function printable_text(parts, ...values) {
    return toPrintable(String.raw({ raw: parts }, ...values));
}
/** Joins printable texts, or values that the compiler knows to be safe. */
function join(texts, separator = ', ') {
    return toPrintable(texts.join(separator));
}
/** Replaces every unprintable character by `?`. It redacts nothing: use `sanitize` or `quoteInput` for text from elsewhere. */
function toPrintable(made) {
    return isPrintable(made) ? made : toPrintable(made.replace(UNPRINTABLE, '?'));
}
function isPrintable(line) {
    return line.search(UNPRINTABLE) < 0;
}
/**
 * Creates the function that replaces secrets, whatever the case of their letters: a host name comes back in lower case.
 * @param secrets empty ones are ignored
 */
function createRedact(secrets) {
    const patterns = secrets
        .filter(secret => secret !== '' && secret.length <= MAX_SECRET_LENGTH)
        .map(secret => secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    if (patterns.length === 0)
        return line => line;
    // The flag `u` also matches other characters that Unicode folds to the same letter.
    const pattern = new RegExp(patterns.join('|'), 'giu');
    return line => line.replace(pattern, '***');
}
/**
 * Makes text from the portal printable. It keeps letters, digits and a few characters that mean nothing to a workflow
 * log, HTML, Markdown or a terminal, and replaces everything else by `?`. It redacts first, so that no secret is cut in
 * half.
 */
function sanitize(received, redact) {
    // An invisible character inside a secret would hide it from `redact`.
    const visible = redact(received.replace(INVISIBLE, '')).slice(0, 4 * MAX_NAME_LENGTH);
    return truncate(visible.replace(/[^\p{L}\p{M}\p{N} ._+,=()@-]/gu, '?'), MAX_NAME_LENGTH);
}
/** Quotes a value from the workflow for an error message. */
function quoteInput(value, redact) {
    // Somebody may have put an API key into the wrong input.
    const redacted = redact(value).replace(/sk-[0-9a-z]{16,}/gi, 'sk-***');
    const visible = truncate(redacted.replaceAll('\n', ' '), MAX_QUOTED_LENGTH);
    return printable_text `"${visible}"`;
}
/**
 * Returns the host and port of a URL for a message.
 * @returns `undefined` if the host has characters that mean something to a shell or a workflow expression
 */
function printableHost(url, redact) {
    return /^[a-z0-9._:[\]-]{1,260}$/.test(url.host) ? toPrintable(redact(url.host)) : undefined;
}
/** Cuts a text to a number of characters, never through the middle of one. */
function truncate(line, maxLength) {
    const characters = [...line];
    return toPrintable(characters.length <= maxLength ? line : `${characters.slice(0, maxLength).join('')}…`);
}

;// CONCATENATED MODULE: ./src/errors.ts

/** An error for the person who reads the log: what happened, where, and what to do. */
class ActionError extends Error {
    message;
    constructor(message) {
        super(message);
        this.message = message;
    }
}
/** A guard stopped the run before anything was deleted. */
class RefusedError extends ActionError {
    brief;
    /** @param brief the reason in a few words, for the headline */
    constructor(message, brief) {
        super(message);
        this.brief = brief;
    }
}
/** Node's codes for "too many open files", and what to do about it. */
const OUT_OF_FILES = {
    codes: /^(EMFILE|ENFILE)$/,
    what: printable_text `This machine allows no more open files or connections. Raise the limit (ulimit -n).`,
};

;// CONCATENATED MODULE: ./src/backups/backup.ts
/** The server's names in the order of its numbers, spelt as the server spells them (`BackupStorageType`). */
const STORAGE_TYPES = [
    'Documents',
    'ThridpartyDocuments',
    'CustomCloud',
    'Local',
    'DataStore',
    'ThirdPartyConsumer',
];
const THIRD_PARTY = ['ThridpartyDocuments', 'ThirdPartyConsumer'];
/** Whether a storage may belong to a third party. A type that is not known may too. */
function isThirdParty(type) {
    return type === undefined || THIRD_PARTY.includes(type);
}
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** @returns the id in lower case, or `undefined` for anything but a GUID in its 8-4-4-4-12 form */
function parseBackupId(value) {
    const lowerCase = typeof value === 'string' ? value.toLowerCase() : '';
    return isBackupId(lowerCase) ? lowerCase : undefined;
}
function isBackupId(id) {
    return GUID.test(id);
}
/**
 * @param value a name in any case, with or without the server's misspelling; or a number as such or in digits
 * @returns `undefined` for anything else
 */
function parseStorageType(value) {
    if (typeof value !== 'string' && typeof value !== 'number')
        return undefined;
    const written = String(value).toLowerCase().replace('thirdpartydocuments', 'thridpartydocuments');
    return STORAGE_TYPES.find((name, number) => written === name.toLowerCase() || written === String(number));
}
function hasId(record) {
    return record.id !== undefined;
}
function collectIds(records) {
    return new Set(records.filter(hasId).map(({ id }) => id));
}
function countWithoutId(records) {
    return records.filter(record => !hasId(record)).length;
}
/** Newest first. Equal times are ordered by id, so that the order of the listing never matters. */
function compareNewestFirst(a, b) {
    return b.createdOn - a.createdOn || (a.id < b.id ? -1 : 1);
}
/** The order of deletion: if it ends early, the newest are left. Records without a readable age come last. */
function compareOldestFirst(a, b) {
    if (a.kind === 'backup' && b.kind === 'backup')
        return compareNewestFirst(b, a);
    return Number(a.kind === 'unreadable') - Number(b.kind === 'unreadable');
}

;// CONCATENATED MODULE: ./src/json.ts
function readProperty(value, name) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
        return undefined;
    return Reflect.get(value, name);
}
/** @returns `undefined` for anything but JSON. Some proxies leave a byte order mark before the text. */
function parseJson(body) {
    try {
        return JSON.parse(body.replace(/^\uFEFF/, ''));
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/retention/calendar.ts

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * Creates a calendar from its offset to UTC.
 * @param offsetAt how many milliseconds the wall clock is ahead of UTC at a time; NaN for a time outside the range
 */
function createCalendar(name, offsetAt) {
    /** The time at which a clock in UTC shows what the wall clock shows now. */
    const wallAt = (time) => time + offsetAt(time);
    const daily = (time) => Math.floor(wallAt(time) / DAY_MS);
    function monthText(date) {
        const year = date.getUTCFullYear();
        const century = Math.floor(year / 100);
        return printable_text `${padTwoDigits(century)}${padTwoDigits(year % 100)}-${padTwoDigits(date.getUTCMonth() + 1)}`;
    }
    return {
        name,
        hourly: time => Math.floor(wallAt(time) / HOUR_MS),
        daily,
        // Day 0, 1 January 1970, was a Thursday, three days after a Monday.
        weekly: time => Math.floor((daily(time) + 3) / 7),
        monthly(time) {
            const date = new Date(wallAt(time));
            return date.getUTCFullYear() * 12 + date.getUTCMonth();
        },
        yearly: time => new Date(wallAt(time)).getUTCFullYear(),
        subtract(time, { y, m, w, d, h }) {
            const date = new Date(wallAt(time));
            // Date.UTC would read the years 0 to 99 as 1900 to 1999.
            date.setUTCFullYear(date.getUTCFullYear() - y, date.getUTCMonth() - m, date.getUTCDate() - w * 7 - d);
            const wall = date.getTime();
            // A wall clock shows some times twice and some never. Go takes the offset at the wall time read as UTC; if
            // another offset holds at the result, it takes that one.
            const estimate = wall - offsetAt(wall);
            return new Date(wall - offsetAt(estimate) - h * HOUR_MS).getTime();
        },
        format(time) {
            const date = new Date(wallAt(time));
            const clock = printable_text `${padTwoDigits(date.getUTCHours())}:${padTwoDigits(date.getUTCMinutes())}`;
            return printable_text `${monthText(date)}-${padTwoDigits(date.getUTCDate())} ${clock}`;
        },
        splitDate(time) {
            const date = new Date(wallAt(time));
            return { month: monthText(date), day: date.getUTCDate() };
        },
    };
}
const UTC = createCalendar(printable_text `UTC`, () => 0);
function padTwoDigits(number) {
    return number < 10 ? printable_text `0${number}` : printable_text `${number}`;
}

;// CONCATENATED MODULE: ./src/retention/duration.ts

/** In restic's order. restic has no weeks. */
const UNITS = ['y', 'm', 'w', 'd', 'h'];
const NONE = { y: 0, m: 0, w: 0, d: 0, h: 0 };
/** Sticky, so that a long text takes no more than linear time. */
const PARTS = /([0-9]+)([ymwdh])/gy;
/**
 * Reads a duration such as `30d`, `2w` or `1y5m7d2h`: each unit at most once, in any order, in ASCII digits. This is
 * restic's form (`ParseDuration` in its `internal/data/duration.go`) without negative numbers and repeated units.
 * @returns `undefined` for anything else, and for a number that JavaScript cannot represent exactly
 */
function parseDuration(written) {
    const found = {};
    let read = 0;
    for (const [part, digits, letter] of written.matchAll(PARTS)) {
        const unit = UNITS.find(known => known === letter);
        const number = Number(digits);
        if (!unit || unit in found || !Number.isSafeInteger(number))
            return undefined;
        found[unit] = number;
        read += part.length;
    }
    return read > 0 && read === written.length ? { ...NONE, ...found } : undefined;
}
/** Whether a duration is empty, such as `0d`, which is no rule. */
function isZero(duration) {
    return UNITS.every(unit => duration[unit] === 0);
}
/** Formats a duration as restic does: `1y5m2w7d2h`, without zeros. @returns `0h` for an empty one */
function formatDuration(duration) {
    const units = UNITS.filter(unit => duration[unit] > 0);
    if (units.length === 0)
        return printable_text `0h`;
    return join(units.map(unit => printable_text `${duration[unit]}${unit}`), '');
}

;// CONCATENATED MODULE: ./src/retention/policy.ts


/** The periods of the calendar that rules use, in restic's order. */
const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'];
const COUNT_RULES = ['last', ...PERIODS];
/** No limit. restic writes -1. */
const UNLIMITED = Number.POSITIVE_INFINITY;
const NO_RULES = {
    counts: { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 },
    within: undefined,
    withinPeriods: {},
};
function hasRule(policy) {
    const durations = [policy.within, ...Object.values(policy.withinPeriods)];
    return findMaxCount(policy) > 0 || durations.some(isSet);
}
/** Whether a duration is set and not empty. */
function isSet(duration) {
    return duration !== undefined && !isZero(duration);
}
/** @returns the largest number of the rules that count; 0 if there is none; `UNLIMITED` if one is */
function findMaxCount(policy) {
    return Math.max(...Object.values(policy.counts));
}
/** @returns the sum of the rules that count: they never keep more backups of a storage type together */
function addCounts(policy) {
    return Object.values(policy.counts).reduce((sum, count) => sum + count, 0);
}
/**
 * Describes a policy in words that follow "keeping": `the last 7, 7 daily, unlimited yearly, within 30d, daily within
 * 14d`.
 * @returns an empty text if there is no rule
 */
function formatPolicy({ counts, within, withinPeriods }) {
    const words = [];
    for (const rule of COUNT_RULES) {
        const number = counts[rule];
        if (number === 0)
            continue;
        const isUnlimited = number === UNLIMITED;
        if (rule === 'last')
            words.push(isUnlimited ? printable_text `all` : printable_text `the last ${number}`);
        else
            words.push(isUnlimited ? printable_text `unlimited ${rule}` : printable_text `${number} ${rule}`);
    }
    if (isSet(within))
        words.push(printable_text `within ${formatDuration(within)}`);
    for (const period of PERIODS) {
        const duration = withinPeriods[period];
        if (isSet(duration))
            words.push(printable_text `${period} within ${formatDuration(duration)}`);
    }
    return join(words);
}

;// CONCATENATED MODULE: ./src/retention/time-zone.ts


/** `Europe/Berlin`, `UTC`, `Etc/GMT+5`, `EST5EDT`. An offset begins with a sign and does not match. */
const IANA_FORM = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+)*$/i;
/**
 * Names that Node accepts although the IANA database does not have them: short ones that may not mean what people expect
 * (`BST` is Bangladesh's), and some very old ones.
 */
const NOT_IANA = /^(?!(?:CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$)[a-z]{3}$|^SystemV\//i;
/**
 * Creates the calendar of a time zone, from the data that this Node has.
 * @param name an IANA name in any case, such as `Europe/Berlin`
 * @returns `undefined` for any other name, and for offsets such as `+02:00`. The calendar's name is spelt as in the
 * database, if Node tells the same name (it tells Asia/Calcutta for Asia/Kolkata), or else as given.
 */
function createZonedCalendar(name) {
    const format = isZoneName(name) && createFormat(name);
    if (!format)
        return undefined;
    const known = format.resolvedOptions().timeZone;
    const spelt = isZoneName(known) && known.toLowerCase() === name.toLowerCase() ? known : name;
    const offsets = new Map();
    return createCalendar(printable_text `${spelt}`, time => {
        const before = offsets.get(time);
        if (before !== undefined)
            return before;
        const offset = computeOffset(time, format);
        offsets.set(time, offset);
        return offset;
    });
}
function isZoneName(name) {
    return IANA_FORM.test(name) && !NOT_IANA.test(name);
}
/** @returns a format that ends with a time's offset from UTC: `3/29/2026, GMT+01:00`; `undefined`: unknown zone */
function createFormat(timeZone) {
    try {
        return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    }
    catch (error) {
        if (error instanceof RangeError)
            return undefined;
        throw error;
    }
}
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;
/** @returns how many milliseconds a zone's clock is ahead of UTC; NaN for a time outside the range */
function computeOffset(time, format) {
    if (Number.isNaN(new Date(time).getTime()))
        return Number.NaN;
    const written = format.format(time);
    const found = OFFSET.exec(written);
    // Counting as UTC instead would be a silent error.
    if (!found)
        throw new Error(`No offset from UTC in what Intl wrote: ${written}`);
    const [, sign, hours = 0, minutes = 0, seconds = 0] = found;
    const ahead = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -ahead : ahead;
}

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = require("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function utils_toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = require("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = require("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = require("path");
// EXTERNAL MODULE: external "http"
var external_http_ = __nccwpck_require__(611);
var external_http_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_http_, 2);
// EXTERNAL MODULE: external "https"
var external_https_ = __nccwpck_require__(692);
var external_https_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_https_, 2);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map
// EXTERNAL MODULE: ./node_modules/tunnel/index.js
var tunnel = __nccwpck_require__(770);
;// CONCATENATED MODULE: ./src/undici-stub.ts
/**
 * Replaces `undici` in the bundle (`paths` in tsconfig.json). `@actions/http-client` needs it only for
 * `getAgentDispatcher()`, which this action never calls, and it is a megabyte.
 */
class ProxyAgent {
    constructor() {
        throw new Error('undici is not part of this bundle');
    }
}

;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function lib_getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class lib_HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject;
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
var auth_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
class BasicCredentialHandler {
    constructor(username, password) {
        this.username = username;
        this.password = password;
    }
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class auth_BearerCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class PersonalAccessTokenCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
//# sourceMappingURL=auth.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = _summary;
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: external "string_decoder"
const external_string_decoder_namespaceObject = require("string_decoder");
// EXTERNAL MODULE: external "events"
var external_events_ = __nccwpck_require__(434);
;// CONCATENATED MODULE: external "child_process"
const external_child_process_namespaceObject = require("child_process");
// EXTERNAL MODULE: external "assert"
var external_assert_ = __nccwpck_require__(613);
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io-util.js
var io_util_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { chmod, copyFile, lstat, mkdir, open: io_util_open, readdir, rename, rm, rmdir, stat, symlink, unlink } = external_fs_namespaceObject.promises;
// export const {open} = 'fs'
const IS_WINDOWS = process.platform === 'win32';
/**
 * Custom implementation of readlink to ensure Windows junctions
 * maintain trailing backslash for backward compatibility with Node.js < 24
 *
 * In Node.js 20, Windows junctions (directory symlinks) always returned paths
 * with trailing backslashes. Node.js 24 removed this behavior, which breaks
 * code that relied on this format for path operations.
 *
 * This implementation restores the Node 20 behavior by adding a trailing
 * backslash to all junction results on Windows.
 */
function readlink(fsPath) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        const result = yield fs.promises.readlink(fsPath);
        // On Windows, restore Node 20 behavior: add trailing backslash to all results
        // since junctions on Windows are always directory links
        if (IS_WINDOWS && !result.endsWith('\\')) {
            return `${result}\\`;
        }
        return result;
    });
}
// See https://github.com/nodejs/node/blob/d0153aee367422d0858105abec186da4dff0a0c5/deps/uv/include/uv/win.h#L691
const UV_FS_O_EXLOCK = 0x10000000;
const READONLY = external_fs_namespaceObject.constants.O_RDONLY;
function exists(fsPath) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        try {
            yield stat(fsPath);
        }
        catch (err) {
            if (err.code === 'ENOENT') {
                return false;
            }
            throw err;
        }
        return true;
    });
}
function isDirectory(fsPath_1) {
    return io_util_awaiter(this, arguments, void 0, function* (fsPath, useStat = false) {
        const stats = useStat ? yield stat(fsPath) : yield lstat(fsPath);
        return stats.isDirectory();
    });
}
/**
 * On OSX/Linux, true if path starts with '/'. On Windows, true for paths like:
 * \, \hello, \\hello\share, C:, and C:\hello (and corresponding alternate separator cases).
 */
function isRooted(p) {
    p = normalizeSeparators(p);
    if (!p) {
        throw new Error('isRooted() parameter "p" cannot be empty');
    }
    if (IS_WINDOWS) {
        return (p.startsWith('\\') || /^[A-Z]:/i.test(p) // e.g. \ or \hello or \\hello
        ); // e.g. C: or C:\hello
    }
    return p.startsWith('/');
}
/**
 * Best effort attempt to determine whether a file exists and is executable.
 * @param filePath    file path to check
 * @param extensions  additional file extensions to try
 * @return if file exists and is executable, returns the file path. otherwise empty string.
 */
function tryGetExecutablePath(filePath, extensions) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        let stats = undefined;
        try {
            // test file exists
            stats = yield stat(filePath);
        }
        catch (err) {
            if (err.code !== 'ENOENT') {
                // eslint-disable-next-line no-console
                console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
            }
        }
        if (stats && stats.isFile()) {
            if (IS_WINDOWS) {
                // on Windows, test for valid extension
                const upperExt = external_path_namespaceObject.extname(filePath).toUpperCase();
                if (extensions.some(validExt => validExt.toUpperCase() === upperExt)) {
                    return filePath;
                }
            }
            else {
                if (isUnixExecutable(stats)) {
                    return filePath;
                }
            }
        }
        // try each extension
        const originalFilePath = filePath;
        for (const extension of extensions) {
            filePath = originalFilePath + extension;
            stats = undefined;
            try {
                stats = yield stat(filePath);
            }
            catch (err) {
                if (err.code !== 'ENOENT') {
                    // eslint-disable-next-line no-console
                    console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
                }
            }
            if (stats && stats.isFile()) {
                if (IS_WINDOWS) {
                    // preserve the case of the actual file (since an extension was appended)
                    try {
                        const directory = external_path_namespaceObject.dirname(filePath);
                        const upperName = external_path_namespaceObject.basename(filePath).toUpperCase();
                        for (const actualName of yield readdir(directory)) {
                            if (upperName === actualName.toUpperCase()) {
                                filePath = external_path_namespaceObject.join(directory, actualName);
                                break;
                            }
                        }
                    }
                    catch (err) {
                        // eslint-disable-next-line no-console
                        console.log(`Unexpected error attempting to determine the actual case of the file '${filePath}': ${err}`);
                    }
                    return filePath;
                }
                else {
                    if (isUnixExecutable(stats)) {
                        return filePath;
                    }
                }
            }
        }
        return '';
    });
}
function normalizeSeparators(p) {
    p = p || '';
    if (IS_WINDOWS) {
        // convert slashes on Windows
        p = p.replace(/\//g, '\\');
        // remove redundant slashes
        return p.replace(/\\\\+/g, '\\');
    }
    // remove redundant slashes
    return p.replace(/\/\/+/g, '/');
}
// on Mac/Linux, test the execute bit
//     R   W  X  R  W X R W X
//   256 128 64 32 16 8 4 2 1
function isUnixExecutable(stats) {
    return ((stats.mode & 1) > 0 ||
        ((stats.mode & 8) > 0 &&
            process.getgid !== undefined &&
            stats.gid === process.getgid()) ||
        ((stats.mode & 64) > 0 &&
            process.getuid !== undefined &&
            stats.uid === process.getuid()));
}
// Get the path of cmd.exe in windows
function getCmdPath() {
    var _a;
    return (_a = process.env['COMSPEC']) !== null && _a !== void 0 ? _a : `cmd.exe`;
}
//# sourceMappingURL=io-util.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io.js
var io_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



/**
 * Copies a file or folder.
 * Based off of shelljs - https://github.com/shelljs/shelljs/blob/9237f66c52e5daa40458f94f9565e18e8132f5a6/src/cp.js
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See CopyOptions.
 */
function cp(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        const { force, recursive, copySourceDirectory } = readCopyOptions(options);
        const destStat = (yield ioUtil.exists(dest)) ? yield ioUtil.stat(dest) : null;
        // Dest is an existing file, but not forcing
        if (destStat && destStat.isFile() && !force) {
            return;
        }
        // If dest is an existing directory, should copy inside.
        const newDest = destStat && destStat.isDirectory() && copySourceDirectory
            ? path.join(dest, path.basename(source))
            : dest;
        if (!(yield ioUtil.exists(source))) {
            throw new Error(`no such file or directory: ${source}`);
        }
        const sourceStat = yield ioUtil.stat(source);
        if (sourceStat.isDirectory()) {
            if (!recursive) {
                throw new Error(`Failed to copy. ${source} is a directory, but tried to copy without recursive flag.`);
            }
            else {
                yield cpDirRecursive(source, newDest, 0, force);
            }
        }
        else {
            if (path.relative(source, newDest) === '') {
                // a file cannot be copied to itself
                throw new Error(`'${newDest}' and '${source}' are the same file`);
            }
            yield io_copyFile(source, newDest, force);
        }
    });
}
/**
 * Moves a path.
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See MoveOptions.
 */
function mv(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        if (yield ioUtil.exists(dest)) {
            let destExists = true;
            if (yield ioUtil.isDirectory(dest)) {
                // If dest is directory copy src into dest
                dest = path.join(dest, path.basename(source));
                destExists = yield ioUtil.exists(dest);
            }
            if (destExists) {
                if (options.force == null || options.force) {
                    yield rmRF(dest);
                }
                else {
                    throw new Error('Destination already exists');
                }
            }
        }
        yield mkdirP(path.dirname(dest));
        yield ioUtil.rename(source, dest);
    });
}
/**
 * Remove a path recursively with force
 *
 * @param inputPath path to remove
 */
function rmRF(inputPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (ioUtil.IS_WINDOWS) {
            // Check for invalid characters
            // https://docs.microsoft.com/en-us/windows/win32/fileio/naming-a-file
            if (/[*"<>|]/.test(inputPath)) {
                throw new Error('File path must not contain `*`, `"`, `<`, `>` or `|` on Windows');
            }
        }
        try {
            // note if path does not exist, error is silent
            yield ioUtil.rm(inputPath, {
                force: true,
                maxRetries: 3,
                recursive: true,
                retryDelay: 300
            });
        }
        catch (err) {
            throw new Error(`File was unable to be removed ${err}`);
        }
    });
}
/**
 * Make a directory.  Creates the full path with folders in between
 * Will throw if it fails
 *
 * @param   fsPath        path to create
 * @returns Promise<void>
 */
function mkdirP(fsPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        ok(fsPath, 'a path argument must be provided');
        yield ioUtil.mkdir(fsPath, { recursive: true });
    });
}
/**
 * Returns path of a tool had the tool actually been invoked.  Resolves via paths.
 * If you check and the tool does not exist, it will throw.
 *
 * @param     tool              name of the tool
 * @param     check             whether to check if tool exists
 * @returns   Promise<string>   path to tool
 */
function which(tool, check) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // recursive when check=true
        if (check) {
            const result = yield which(tool, false);
            if (!result) {
                if (IS_WINDOWS) {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also verify the file has a valid extension for an executable file.`);
                }
                else {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`);
                }
            }
            return result;
        }
        const matches = yield findInPath(tool);
        if (matches && matches.length > 0) {
            return matches[0];
        }
        return '';
    });
}
/**
 * Returns a list of all occurrences of the given tool on the system path.
 *
 * @returns   Promise<string[]>  the paths of the tool
 */
function findInPath(tool) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // build the list of extensions to try
        const extensions = [];
        if (IS_WINDOWS && process.env['PATHEXT']) {
            for (const extension of process.env['PATHEXT'].split(external_path_namespaceObject.delimiter)) {
                if (extension) {
                    extensions.push(extension);
                }
            }
        }
        // if it's rooted, return it if exists. otherwise return empty.
        if (isRooted(tool)) {
            const filePath = yield tryGetExecutablePath(tool, extensions);
            if (filePath) {
                return [filePath];
            }
            return [];
        }
        // if any path separators, return empty
        if (tool.includes(external_path_namespaceObject.sep)) {
            return [];
        }
        // build the list of directories
        //
        // Note, technically "where" checks the current directory on Windows. From a toolkit perspective,
        // it feels like we should not do this. Checking the current directory seems like more of a use
        // case of a shell, and the which() function exposed by the toolkit should strive for consistency
        // across platforms.
        const directories = [];
        if (process.env.PATH) {
            for (const p of process.env.PATH.split(external_path_namespaceObject.delimiter)) {
                if (p) {
                    directories.push(p);
                }
            }
        }
        // find all matches
        const matches = [];
        for (const directory of directories) {
            const filePath = yield tryGetExecutablePath(external_path_namespaceObject.join(directory, tool), extensions);
            if (filePath) {
                matches.push(filePath);
            }
        }
        return matches;
    });
}
function readCopyOptions(options) {
    const force = options.force == null ? true : options.force;
    const recursive = Boolean(options.recursive);
    const copySourceDirectory = options.copySourceDirectory == null
        ? true
        : Boolean(options.copySourceDirectory);
    return { force, recursive, copySourceDirectory };
}
function cpDirRecursive(sourceDir, destDir, currentDepth, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        // Ensure there is not a run away recursive copy
        if (currentDepth >= 255)
            return;
        currentDepth++;
        yield mkdirP(destDir);
        const files = yield ioUtil.readdir(sourceDir);
        for (const fileName of files) {
            const srcFile = `${sourceDir}/${fileName}`;
            const destFile = `${destDir}/${fileName}`;
            const srcFileStat = yield ioUtil.lstat(srcFile);
            if (srcFileStat.isDirectory()) {
                // Recurse
                yield cpDirRecursive(srcFile, destFile, currentDepth, force);
            }
            else {
                yield io_copyFile(srcFile, destFile, force);
            }
        }
        // Change the mode for the newly created directory
        yield ioUtil.chmod(destDir, (yield ioUtil.stat(sourceDir)).mode);
    });
}
// Buffered file copy
function io_copyFile(srcFile, destFile, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        if ((yield ioUtil.lstat(srcFile)).isSymbolicLink()) {
            // unlink/re-link it
            try {
                yield ioUtil.lstat(destFile);
                yield ioUtil.unlink(destFile);
            }
            catch (e) {
                // Try to override file permission
                if (e.code === 'EPERM') {
                    yield ioUtil.chmod(destFile, '0666');
                    yield ioUtil.unlink(destFile);
                }
                // other errors = it doesn't exist, no work to do
            }
            // Copy over symlink
            const symlinkFull = yield ioUtil.readlink(srcFile);
            yield ioUtil.symlink(symlinkFull, destFile, ioUtil.IS_WINDOWS ? 'junction' : null);
        }
        else if (!(yield ioUtil.exists(destFile)) || force) {
            yield ioUtil.copyFile(srcFile, destFile);
        }
    });
}
//# sourceMappingURL=io.js.map
;// CONCATENATED MODULE: external "timers"
const external_timers_namespaceObject = require("timers");
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/toolrunner.js
var toolrunner_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};







/* eslint-disable @typescript-eslint/unbound-method */
const toolrunner_IS_WINDOWS = process.platform === 'win32';
/*
 * Class for running command line tools. Handles quoting and arg parsing in a platform agnostic way.
 */
class ToolRunner extends external_events_.EventEmitter {
    constructor(toolPath, args, options) {
        super();
        if (!toolPath) {
            throw new Error("Parameter 'toolPath' cannot be null or empty.");
        }
        this.toolPath = toolPath;
        this.args = args || [];
        this.options = options || {};
    }
    _debug(message) {
        if (this.options.listeners && this.options.listeners.debug) {
            this.options.listeners.debug(message);
        }
    }
    _getCommandString(options, noPrefix) {
        const toolPath = this._getSpawnFileName();
        const args = this._getSpawnArgs(options);
        let cmd = noPrefix ? '' : '[command]'; // omit prefix when piped to a second tool
        if (toolrunner_IS_WINDOWS) {
            // Windows + cmd file
            if (this._isCmdFile()) {
                cmd += toolPath;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows + verbatim
            else if (options.windowsVerbatimArguments) {
                cmd += `"${toolPath}"`;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows (regular)
            else {
                cmd += this._windowsQuoteCmdArg(toolPath);
                for (const a of args) {
                    cmd += ` ${this._windowsQuoteCmdArg(a)}`;
                }
            }
        }
        else {
            // OSX/Linux - this can likely be improved with some form of quoting.
            // creating processes on Unix is fundamentally different than Windows.
            // on Unix, execvp() takes an arg array.
            cmd += toolPath;
            for (const a of args) {
                cmd += ` ${a}`;
            }
        }
        return cmd;
    }
    _processLineBuffer(data, strBuffer, onLine) {
        try {
            let s = strBuffer + data.toString();
            let n = s.indexOf(external_os_namespaceObject.EOL);
            while (n > -1) {
                const line = s.substring(0, n);
                onLine(line);
                // the rest of the string ...
                s = s.substring(n + external_os_namespaceObject.EOL.length);
                n = s.indexOf(external_os_namespaceObject.EOL);
            }
            return s;
        }
        catch (err) {
            // streaming lines to console is best effort.  Don't fail a build.
            this._debug(`error processing line. Failed with error ${err}`);
            return '';
        }
    }
    _getSpawnFileName() {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                return process.env['COMSPEC'] || 'cmd.exe';
            }
        }
        return this.toolPath;
    }
    _getSpawnArgs(options) {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                let argline = `/D /S /C "${this._windowsQuoteCmdArg(this.toolPath)}`;
                for (const a of this.args) {
                    argline += ' ';
                    argline += options.windowsVerbatimArguments
                        ? a
                        : this._windowsQuoteCmdArg(a);
                }
                argline += '"';
                return [argline];
            }
        }
        return this.args;
    }
    _endsWith(str, end) {
        return str.endsWith(end);
    }
    _isCmdFile() {
        const upperToolPath = this.toolPath.toUpperCase();
        return (this._endsWith(upperToolPath, '.CMD') ||
            this._endsWith(upperToolPath, '.BAT'));
    }
    _windowsQuoteCmdArg(arg) {
        // for .exe, apply the normal quoting rules that libuv applies
        if (!this._isCmdFile()) {
            return this._uvQuoteCmdArg(arg);
        }
        // otherwise apply quoting rules specific to the cmd.exe command line parser.
        // the libuv rules are generic and are not designed specifically for cmd.exe
        // command line parser.
        //
        // for a detailed description of the cmd.exe command line parser, refer to
        // http://stackoverflow.com/questions/4094699/how-does-the-windows-command-interpreter-cmd-exe-parse-scripts/7970912#7970912
        // need quotes for empty arg
        if (!arg) {
            return '""';
        }
        // determine whether the arg needs to be quoted
        const cmdSpecialChars = [
            ' ',
            '\t',
            '&',
            '(',
            ')',
            '[',
            ']',
            '{',
            '}',
            '^',
            '=',
            ';',
            '!',
            "'",
            '+',
            ',',
            '`',
            '~',
            '|',
            '<',
            '>',
            '"'
        ];
        let needsQuotes = false;
        for (const char of arg) {
            if (cmdSpecialChars.some(x => x === char)) {
                needsQuotes = true;
                break;
            }
        }
        // short-circuit if quotes not needed
        if (!needsQuotes) {
            return arg;
        }
        // the following quoting rules are very similar to the rules that by libuv applies.
        //
        // 1) wrap the string in quotes
        //
        // 2) double-up quotes - i.e. " => ""
        //
        //    this is different from the libuv quoting rules. libuv replaces " with \", which unfortunately
        //    doesn't work well with a cmd.exe command line.
        //
        //    note, replacing " with "" also works well if the arg is passed to a downstream .NET console app.
        //    for example, the command line:
        //          foo.exe "myarg:""my val"""
        //    is parsed by a .NET console app into an arg array:
        //          [ "myarg:\"my val\"" ]
        //    which is the same end result when applying libuv quoting rules. although the actual
        //    command line from libuv quoting rules would look like:
        //          foo.exe "myarg:\"my val\""
        //
        // 3) double-up slashes that precede a quote,
        //    e.g.  hello \world    => "hello \world"
        //          hello\"world    => "hello\\""world"
        //          hello\\"world   => "hello\\\\""world"
        //          hello world\    => "hello world\\"
        //
        //    technically this is not required for a cmd.exe command line, or the batch argument parser.
        //    the reasons for including this as a .cmd quoting rule are:
        //
        //    a) this is optimized for the scenario where the argument is passed from the .cmd file to an
        //       external program. many programs (e.g. .NET console apps) rely on the slash-doubling rule.
        //
        //    b) it's what we've been doing previously (by deferring to node default behavior) and we
        //       haven't heard any complaints about that aspect.
        //
        // note, a weakness of the quoting rules chosen here, is that % is not escaped. in fact, % cannot be
        // escaped when used on the command line directly - even though within a .cmd file % can be escaped
        // by using %%.
        //
        // the saving grace is, on the command line, %var% is left as-is if var is not defined. this contrasts
        // the line parsing rules within a .cmd file, where if var is not defined it is replaced with nothing.
        //
        // one option that was explored was replacing % with ^% - i.e. %var% => ^%var^%. this hack would
        // often work, since it is unlikely that var^ would exist, and the ^ character is removed when the
        // variable is used. the problem, however, is that ^ is not removed when %* is used to pass the args
        // to an external program.
        //
        // an unexplored potential solution for the % escaping problem, is to create a wrapper .cmd file.
        // % can be escaped within a .cmd file.
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\'; // double the slash
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '"'; // double the quote
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _uvQuoteCmdArg(arg) {
        // Tool runner wraps child_process.spawn() and needs to apply the same quoting as
        // Node in certain cases where the undocumented spawn option windowsVerbatimArguments
        // is used.
        //
        // Since this function is a port of quote_cmd_arg from Node 4.x (technically, lib UV,
        // see https://github.com/nodejs/node/blob/v4.x/deps/uv/src/win/process.c for details),
        // pasting copyright notice from Node within this function:
        //
        //      Copyright Joyent, Inc. and other Node contributors. All rights reserved.
        //
        //      Permission is hereby granted, free of charge, to any person obtaining a copy
        //      of this software and associated documentation files (the "Software"), to
        //      deal in the Software without restriction, including without limitation the
        //      rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
        //      sell copies of the Software, and to permit persons to whom the Software is
        //      furnished to do so, subject to the following conditions:
        //
        //      The above copyright notice and this permission notice shall be included in
        //      all copies or substantial portions of the Software.
        //
        //      THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        //      IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        //      FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        //      AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        //      LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
        //      FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
        //      IN THE SOFTWARE.
        if (!arg) {
            // Need double quotation for empty argument
            return '""';
        }
        if (!arg.includes(' ') && !arg.includes('\t') && !arg.includes('"')) {
            // No quotation needed
            return arg;
        }
        if (!arg.includes('"') && !arg.includes('\\')) {
            // No embedded double quotes or backslashes, so I can just wrap
            // quote marks around the whole thing.
            return `"${arg}"`;
        }
        // Expected input/output:
        //   input : hello"world
        //   output: "hello\"world"
        //   input : hello""world
        //   output: "hello\"\"world"
        //   input : hello\world
        //   output: hello\world
        //   input : hello\\world
        //   output: hello\\world
        //   input : hello\"world
        //   output: "hello\\\"world"
        //   input : hello\\"world
        //   output: "hello\\\\\"world"
        //   input : hello world\
        //   output: "hello world\\" - note the comment in libuv actually reads "hello world\"
        //                             but it appears the comment is wrong, it should be "hello world\\"
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\';
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '\\';
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _cloneExecOptions(options) {
        options = options || {};
        const result = {
            cwd: options.cwd || process.cwd(),
            env: options.env || process.env,
            silent: options.silent || false,
            windowsVerbatimArguments: options.windowsVerbatimArguments || false,
            failOnStdErr: options.failOnStdErr || false,
            ignoreReturnCode: options.ignoreReturnCode || false,
            delay: options.delay || 10000
        };
        result.outStream = options.outStream || process.stdout;
        result.errStream = options.errStream || process.stderr;
        return result;
    }
    _getSpawnOptions(options, toolPath) {
        options = options || {};
        const result = {};
        result.cwd = options.cwd;
        result.env = options.env;
        result['windowsVerbatimArguments'] =
            options.windowsVerbatimArguments || this._isCmdFile();
        if (options.windowsVerbatimArguments) {
            result.argv0 = `"${toolPath}"`;
        }
        return result;
    }
    /**
     * Exec a tool.
     * Output will be streamed to the live console.
     * Returns promise with return code
     *
     * @param     tool     path to tool to exec
     * @param     options  optional exec options.  See ExecOptions
     * @returns   number
     */
    exec() {
        return toolrunner_awaiter(this, void 0, void 0, function* () {
            // root the tool path if it is unrooted and contains relative pathing
            if (!isRooted(this.toolPath) &&
                (this.toolPath.includes('/') ||
                    (toolrunner_IS_WINDOWS && this.toolPath.includes('\\')))) {
                // prefer options.cwd if it is specified, however options.cwd may also need to be rooted
                this.toolPath = external_path_namespaceObject.resolve(process.cwd(), this.options.cwd || process.cwd(), this.toolPath);
            }
            // if the tool is only a file name, then resolve it from the PATH
            // otherwise verify it exists (add extension on Windows if necessary)
            this.toolPath = yield which(this.toolPath, true);
            return new Promise((resolve, reject) => toolrunner_awaiter(this, void 0, void 0, function* () {
                this._debug(`exec tool: ${this.toolPath}`);
                this._debug('arguments:');
                for (const arg of this.args) {
                    this._debug(`   ${arg}`);
                }
                const optionsNonNull = this._cloneExecOptions(this.options);
                if (!optionsNonNull.silent && optionsNonNull.outStream) {
                    optionsNonNull.outStream.write(this._getCommandString(optionsNonNull) + external_os_namespaceObject.EOL);
                }
                const state = new ExecState(optionsNonNull, this.toolPath);
                state.on('debug', (message) => {
                    this._debug(message);
                });
                if (this.options.cwd && !(yield exists(this.options.cwd))) {
                    return reject(new Error(`The cwd: ${this.options.cwd} does not exist!`));
                }
                const fileName = this._getSpawnFileName();
                const cp = external_child_process_namespaceObject.spawn(fileName, this._getSpawnArgs(optionsNonNull), this._getSpawnOptions(this.options, fileName));
                let stdbuffer = '';
                if (cp.stdout) {
                    cp.stdout.on('data', (data) => {
                        if (this.options.listeners && this.options.listeners.stdout) {
                            this.options.listeners.stdout(data);
                        }
                        if (!optionsNonNull.silent && optionsNonNull.outStream) {
                            optionsNonNull.outStream.write(data);
                        }
                        stdbuffer = this._processLineBuffer(data, stdbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.stdline) {
                                this.options.listeners.stdline(line);
                            }
                        });
                    });
                }
                let errbuffer = '';
                if (cp.stderr) {
                    cp.stderr.on('data', (data) => {
                        state.processStderr = true;
                        if (this.options.listeners && this.options.listeners.stderr) {
                            this.options.listeners.stderr(data);
                        }
                        if (!optionsNonNull.silent &&
                            optionsNonNull.errStream &&
                            optionsNonNull.outStream) {
                            const s = optionsNonNull.failOnStdErr
                                ? optionsNonNull.errStream
                                : optionsNonNull.outStream;
                            s.write(data);
                        }
                        errbuffer = this._processLineBuffer(data, errbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.errline) {
                                this.options.listeners.errline(line);
                            }
                        });
                    });
                }
                cp.on('error', (err) => {
                    state.processError = err.message;
                    state.processExited = true;
                    state.processClosed = true;
                    state.CheckComplete();
                });
                cp.on('exit', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    this._debug(`Exit code ${code} received from tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                cp.on('close', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    state.processClosed = true;
                    this._debug(`STDIO streams have closed for tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                state.on('done', (error, exitCode) => {
                    if (stdbuffer.length > 0) {
                        this.emit('stdline', stdbuffer);
                    }
                    if (errbuffer.length > 0) {
                        this.emit('errline', errbuffer);
                    }
                    cp.removeAllListeners();
                    if (error) {
                        reject(error);
                    }
                    else {
                        resolve(exitCode);
                    }
                });
                if (this.options.input) {
                    if (!cp.stdin) {
                        throw new Error('child process missing stdin');
                    }
                    cp.stdin.end(this.options.input);
                }
            }));
        });
    }
}
/**
 * Convert an arg string to an array of args. Handles escaping
 *
 * @param    argString   string of arguments
 * @returns  string[]    array of arguments
 */
function argStringToArray(argString) {
    const args = [];
    let inQuotes = false;
    let escaped = false;
    let arg = '';
    function append(c) {
        // we only escape double quotes.
        if (escaped && c !== '"') {
            arg += '\\';
        }
        arg += c;
        escaped = false;
    }
    for (let i = 0; i < argString.length; i++) {
        const c = argString.charAt(i);
        if (c === '"') {
            if (!escaped) {
                inQuotes = !inQuotes;
            }
            else {
                append(c);
            }
            continue;
        }
        if (c === '\\' && escaped) {
            append(c);
            continue;
        }
        if (c === '\\' && inQuotes) {
            escaped = true;
            continue;
        }
        if (c === ' ' && !inQuotes) {
            if (arg.length > 0) {
                args.push(arg);
                arg = '';
            }
            continue;
        }
        append(c);
    }
    if (arg.length > 0) {
        args.push(arg.trim());
    }
    return args;
}
class ExecState extends external_events_.EventEmitter {
    constructor(options, toolPath) {
        super();
        this.processClosed = false; // tracks whether the process has exited and stdio is closed
        this.processError = '';
        this.processExitCode = 0;
        this.processExited = false; // tracks whether the process has exited
        this.processStderr = false; // tracks whether stderr was written to
        this.delay = 10000; // 10 seconds
        this.done = false;
        this.timeout = null;
        if (!toolPath) {
            throw new Error('toolPath must not be empty');
        }
        this.options = options;
        this.toolPath = toolPath;
        if (options.delay) {
            this.delay = options.delay;
        }
    }
    CheckComplete() {
        if (this.done) {
            return;
        }
        if (this.processClosed) {
            this._setResult();
        }
        else if (this.processExited) {
            this.timeout = (0,external_timers_namespaceObject.setTimeout)(ExecState.HandleTimeout, this.delay, this);
        }
    }
    _debug(message) {
        this.emit('debug', message);
    }
    _setResult() {
        // determine whether there is an error
        let error;
        if (this.processExited) {
            if (this.processError) {
                error = new Error(`There was an error when attempting to execute the process '${this.toolPath}'. This may indicate the process failed to start. Error: ${this.processError}`);
            }
            else if (this.processExitCode !== 0 && !this.options.ignoreReturnCode) {
                error = new Error(`The process '${this.toolPath}' failed with exit code ${this.processExitCode}`);
            }
            else if (this.processStderr && this.options.failOnStdErr) {
                error = new Error(`The process '${this.toolPath}' failed because one or more lines were written to the STDERR stream`);
            }
        }
        // clear the timeout
        if (this.timeout) {
            clearTimeout(this.timeout);
            this.timeout = null;
        }
        this.done = true;
        this.emit('done', error, this.processExitCode);
    }
    static HandleTimeout(state) {
        if (state.done) {
            return;
        }
        if (!state.processClosed && state.processExited) {
            const message = `The STDIO streams did not close within ${state.delay / 1000} seconds of the exit event from process '${state.toolPath}'. This may indicate a child process inherited the STDIO streams and has not yet exited.`;
            state._debug(message);
        }
        state._setResult();
    }
}
//# sourceMappingURL=toolrunner.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/exec.js
var exec_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


/**
 * Exec a command.
 * Output will be streamed to the live console.
 * Returns promise with return code
 *
 * @param     commandLine        command to execute (can include additional args). Must be correctly escaped.
 * @param     args               optional arguments for tool. Escaping is handled by the lib.
 * @param     options            optional exec options.  See ExecOptions
 * @returns   Promise<number>    exit code
 */
function exec_exec(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        const commandArgs = tr.argStringToArray(commandLine);
        if (commandArgs.length === 0) {
            throw new Error(`Parameter 'commandLine' cannot be null or empty.`);
        }
        // Path to tool to execute should be first arg
        const toolPath = commandArgs[0];
        args = commandArgs.slice(1).concat(args || []);
        const runner = new tr.ToolRunner(toolPath, args, options);
        return runner.exec();
    });
}
/**
 * Exec a command and get the output.
 * Output will be streamed to the live console.
 * Returns promise with the exit code and collected stdout and stderr
 *
 * @param     commandLine           command to execute (can include additional args). Must be correctly escaped.
 * @param     args                  optional arguments for tool. Escaping is handled by the lib.
 * @param     options               optional exec options.  See ExecOptions
 * @returns   Promise<ExecOutput>   exit code, stdout, and stderr
 */
function getExecOutput(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        var _a, _b;
        let stdout = '';
        let stderr = '';
        //Using string decoder covers the case where a mult-byte character is split
        const stdoutDecoder = new StringDecoder('utf8');
        const stderrDecoder = new StringDecoder('utf8');
        const originalStdoutListener = (_a = options === null || options === void 0 ? void 0 : options.listeners) === null || _a === void 0 ? void 0 : _a.stdout;
        const originalStdErrListener = (_b = options === null || options === void 0 ? void 0 : options.listeners) === null || _b === void 0 ? void 0 : _b.stderr;
        const stdErrListener = (data) => {
            stderr += stderrDecoder.write(data);
            if (originalStdErrListener) {
                originalStdErrListener(data);
            }
        };
        const stdOutListener = (data) => {
            stdout += stdoutDecoder.write(data);
            if (originalStdoutListener) {
                originalStdoutListener(data);
            }
        };
        const listeners = Object.assign(Object.assign({}, options === null || options === void 0 ? void 0 : options.listeners), { stdout: stdOutListener, stderr: stdErrListener });
        const exitCode = yield exec_exec(commandLine, args, Object.assign(Object.assign({}, options), { listeners }));
        //flush any remaining characters
        stdout += stdoutDecoder.end();
        stderr += stderrDecoder.end();
        return {
            exitCode,
            stdout,
            stderr
        };
    });
}
//# sourceMappingURL=exec.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./src/runner.ts
// What the runner gives to the step and takes from it. Nothing else uses `@actions/core`.




/** The value of an input without white space around it; empty if it is not set. */
function readInput(name) {
    return getInput(name);
}
/** Whether an input is set, but only to white space. */
function isBlankInput(name) {
    const value = getInput(name, { trimWhitespace: false });
    return value !== '' && value.trim() === '';
}
/** Whether this process runs on a GitHub runner, which hides masked secrets. */
function isOnRunner() {
    return process.env['GITHUB_ACTIONS'] === 'true';
}
/** Makes the runner hide a secret. Elsewhere the command itself would print it. */
function mask(secret) {
    if (isOnRunner())
        core_setSecret(secret);
}
function annotate(kind, message) {
    if (kind === 'error')
        error(message);
    else
        warning(message);
}
/** Prints a line that the runner shows with debug logging only. */
function runner_debug(message) {
    if (isDebug())
        core_debug(message);
}
/** Prints lines. None may begin with `::` or `##`: the runner would take it for a command. */
function printLines(lines) {
    info(lines);
}
function printGroup(title, lines) {
    startGroup(title);
    info(lines);
    endGroup();
}
/** @throws what `fs` throws if the outputs are wanted and cannot be written */
function checkOutputsWritable() {
    const file = process.env['GITHUB_OUTPUT'];
    if (!file)
        return;
    checkIsFile(file);
    external_fs_namespaceObject.appendFileSync(file, '');
}
/**
 * Writes outputs, one after the other. Without GITHUB_OUTPUT it writes none: the toolkit would print them as commands.
 * @throws what `fs` throws
 */
function setOutputs(outputs) {
    const file = process.env['GITHUB_OUTPUT'];
    if (!file)
        return;
    checkIsFile(file);
    for (const [name, value] of outputs)
        setOutput(name, value);
}
/** Adds HTML to the job summary. @throws if the runner wants no summary, or it cannot be written */
async function addToSummary(html) {
    checkIsFile(process.env['GITHUB_STEP_SUMMARY'] ?? '');
    await summary.emptyBuffer().addRaw(html).write();
}
/** @returns a path in RUNNER_TEMP that no other run uses; empty without such a folder */
function createReportPath() {
    const folder = process.env['RUNNER_TEMP'];
    return folder ? external_path_namespaceObject.resolve(folder, `docspace-backup-cleanup-${(0,external_crypto_namespaceObject.randomUUID)()}.json`) : '';
}
/** Writes a whole file, or leaves none. @throws what `fs` throws */
function runner_writeFile(file, content) {
    try {
        external_fs_namespaceObject.writeFileSync(file, content);
    }
    catch (error) {
        external_fs_namespaceObject.rmSync(file, { force: true });
        throw error;
    }
}
/** A pipe that nobody reads would block the process. Windows reports a directory only when the outputs are written. */
function checkIsFile(file) {
    const stats = external_fs_namespaceObject.statSync(file, { throwIfNoEntry: false });
    if (stats?.isFIFO() || stats?.isDirectory())
        throw new Error('Not a file');
}

;// CONCATENATED MODULE: ./src/inputs/definitions.ts

const OPERATIONS = ['delete-schedule', 'delete-history', 'delete-backups', 'prune-history'];
const PRUNE = { operations: ['prune-history'] };
const DEFINITIONS = {
    operation: {},
    'portal-url': {},
    token: {},
    dump: {},
    'backup-ids': { operations: ['delete-backups'] },
    'keep-last': PRUNE,
    'keep-hourly': PRUNE,
    'keep-daily': PRUNE,
    'keep-weekly': PRUNE,
    'keep-monthly': PRUNE,
    'keep-yearly': PRUNE,
    'keep-within': PRUNE,
    'keep-within-hourly': PRUNE,
    'keep-within-daily': PRUNE,
    'keep-within-weekly': PRUNE,
    'keep-within-monthly': PRUNE,
    'keep-within-yearly': PRUNE,
    'keep-ids': PRUNE,
    'time-zone': { default: 'UTC', ...PRUNE },
    'require-backup-within': PRUNE,
    'storage-types': PRUNE,
    'ignore-not-found': { default: 'false', operations: ['delete-backups', 'prune-history'] },
    'max-deletions': { operations: ['delete-history', 'delete-backups', 'prune-history'] },
    'dry-run': { default: 'false' },
    verify: { default: 'true', operations: ['delete-schedule', 'delete-history'] },
    retries: { default: '5' },
    'timeout-seconds': { default: '300' },
    'allow-http': { default: 'false' },
    summary: { default: 'true' },
};
const INPUT_NAMES = Object.keys(DEFINITIONS).filter(isInputName);
function isInputName(name) {
    return Object.hasOwn(DEFINITIONS, name);
}
function findDefinition(name) {
    return DEFINITIONS[name];
}
/** The value of an input without white space around it, or its default if it is empty. */
function readRawInput(name) {
    return readInput(name) || (findDefinition(name).default ?? '');
}
/** Whether a boolean input has a value. For what must be known even if this input, or another, is refused. */
function isInputSetTo(name, value) {
    return readRawInput(name).toLowerCase() === value;
}

;// CONCATENATED MODULE: ./src/inputs/portal-url.ts


/**
 * Reads the address of the portal. It may have a scheme, a host and a port: a path would not be used, and credentials
 * would end up in logs.
 * @throws RefusedError for anything else, without repeating what may be secret
 */
function parsePortalUrl(given, allowHttp, redact) {
    if (!/^https?:/i.test(given)) {
        throw new RefusedError(printable_text `portal-url must be a URL such as https://portal.example. Its value is not shown, because it may be a token.`);
    }
    const url = URL.canParse(given) ? new URL(given) : undefined;
    const host = url && printableHost(url, redact);
    if (!host || !/^https?:\/\/[^/\\\s@?#]+\/?$/i.test(given)) {
        const shown = quoteInput(removeSecretParts(given), redact);
        const origin = host && !HAS_USER.test(given)
            ? printable_text `. Write ${url.protocol === 'http:' ? 'http' : 'https'}://${host}`
            : printable_text ``;
        throw new RefusedError(printable_text `portal-url cannot be ${shown}. Allowed: a URL such as https://portal.example, without path, query, fragment, user name or password${origin}.`);
    }
    const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    if (url.protocol === 'http:' && !allowHttp && !isLoopback) {
        throw new RefusedError(printable_text `portal-url cannot be ${quoteInput(given, redact)}. Allowed: https, so that nobody can read the token on its way; or set allow-http: true.`);
    }
    return { portalUrl: url, host };
}
/** An `@`, also escaped or in a form that looks like it: a user name, and perhaps a password, comes before it. */
const HAS_USER = /@|%40|＠|﹫/i;
/** Removes the user name, password, query and fragment of a URL, and everything from a URL that cannot be read. */
function removeSecretParts(url) {
    const rest = url.replace(/^https?:[\\/]*/i, '');
    // If no port follows a colon, a user name may come before it and a password after it.
    if (HAS_USER.test(url) || /:(?!\d*(?:[/?#\\]|$))/.test(rest)) {
        return /@([\w.-]+(?::\d+)?\/?)$/.exec(url)?.[0].replace('@', '…') ?? '…';
    }
    const end = url.search(/[?#]/);
    return end < 0 ? url : `${url.slice(0, end)}…`;
}

;// CONCATENATED MODULE: ./src/inputs/token.ts


/** A shorter text is no token, and redacting it would redact half of every message. */
const MIN_SECRET_LENGTH = 8;
/**
 * Finds everything secret in a token: the token without its scheme, and the password inside a `Basic` one. `createRedact`
 * removes it from the log and the summary, and `main.ts` masks it on a runner.
 * @param given the input, without white space around it
 */
function findSecrets(given) {
    const credentials = given.replace(/^(bearer|basic)\s+/i, '');
    const secrets = [credentials];
    if (/^basic\s/i.test(given)) {
        const bytes = Buffer.from(credentials, 'base64');
        for (const pair of [bytes.toString(), bytes.toString('latin1')]) {
            for (const form of [pair, pair.normalize('NFC'), pair.normalize('NFD')]) {
                secrets.push(form, form.slice(form.indexOf(':') + 1));
            }
        }
    }
    return [...new Set(secrets)].filter(secret => secret.length >= MIN_SECRET_LENGTH);
}
/**
 * Reads the token. An API key needs `Bearer ` before it: without it, the portal answers 401. A token from
 * `POST /api/2.0/authentication` is sent as it is.
 * @param given the input, without white space around it
 * @throws RefusedError for anything that cannot be a token, without repeating it
 */
function parseToken(given) {
    if (given === '') {
        throw new RefusedError(printable_text `token is empty. Does the secret exist, and may this workflow read it? Pull requests from forks may not.`);
    }
    if (given.length > MAX_SECRET_LENGTH) {
        throw new RefusedError(printable_text `token is longer than ${MAX_SECRET_LENGTH} characters, so it is not a token. Does the secret hold a whole file?`);
    }
    if (/^(?:(?:bearer|basic)\s+)?["'`]|["'`]$/i.test(given)) {
        throw new RefusedError(printable_text `token is in quotes. Save the secret without them.`);
    }
    const [, scheme = '', credentials] = /^(?:(bearer|basic) +)?(?!(?:bearer|basic)$)([\x21-\x7e]+)$/i.exec(given) ?? [];
    if (credentials === undefined) {
        throw new RefusedError(printable_text `token cannot be sent in a header. Allowed: an API key (sk-…), an authentication token, or a whole "Bearer …" or "Basic …" value, in ASCII, without other white space.`);
    }
    if (credentials.length < MIN_SECRET_LENGTH) {
        throw new RefusedError(printable_text `token is shorter than ${MIN_SECRET_LENGTH} characters, so it is not complete. Copy it again.`);
    }
    const isBasic = scheme.toLowerCase() === 'basic';
    const isApiKey = !isBasic && credentials.startsWith('sk-');
    const name = isBasic ? 'Basic' : 'Bearer';
    return { authorization: scheme || isApiKey ? `${name} ${credentials}` : credentials, isApiKey };
}

;// CONCATENATED MODULE: ./src/inputs/read.ts












/** The token as it was given, without white space around it. */
function readRawToken() {
    return readRawInput('token');
}
/**
 * Reads and checks all inputs. An empty one means its default, because `${{ inputs.x }}` is empty on `schedule`.
 * @param redact applied to values that an error repeats
 * @throws RefusedError for the first input that cannot be used: its name, its value and what is allowed
 */
function readInputs(redact) {
    return new InputReader(redact).readAll();
}
/** The `keep-` inputs as they were written, on one line each and without the empty ones. */
function readKeepInputs() {
    const written = INPUT_NAMES.filter(name => name.startsWith('keep-') && readRawInput(name) !== '');
    return Object.fromEntries(written.map(name => [name, toPrintable(readRawInput(name).replace(/\s+/g, ' '))]));
}
class InputReader {
    redact;
    constructor(redact) {
        this.redact = redact;
    }
    readAll() {
        checkNodeDebug();
        this.checkNames();
        this.checkNoneIsBlank();
        const operation = OPERATIONS.find(name => name === readRawInput('operation'));
        if (!operation)
            throw this.createError('operation', join(OPERATIONS));
        this.checkBelongsTo(operation);
        const token = parseToken(readRawToken());
        const dump = readRawInput('dump') === '' ? undefined : this.readBoolean('dump');
        if (dump && !token.isApiKey) {
            throw new RefusedError(printable_text `dump: true needs an API key (sk-…) as token: a portal without API keys would ignore dump and delete its own backups.`);
        }
        // `isInputSetTo` reads it without checking it.
        this.readBoolean('summary');
        const common = {
            token,
            ...parsePortalUrl(readRawInput('portal-url'), this.readBoolean('allow-http'), this.redact),
            dump,
            dryRun: this.readBoolean('dry-run'),
            retries: this.readNumber('retries'),
            timeoutSeconds: this.readNumber('timeout-seconds', { min: 1 }),
            calendar: this.readCalendar(),
        };
        return this.readFor(operation, common);
    }
    readFor(operation, common) {
        const verify = this.readBoolean('verify');
        const ignoreNotFound = this.readBoolean('ignore-not-found');
        const maxDeletions = readRawInput('max-deletions') === '' ? undefined : this.readNumber('max-deletions');
        switch (operation) {
            case 'delete-schedule':
                return { ...common, operation, verify: verify || common.dryRun };
            case 'delete-history':
                if (maxDeletions !== undefined && !verify) {
                    throw new RefusedError(printable_text `max-deletions cannot be used with verify: false, which lists nothing.`);
                }
                return { ...common, operation, verify: verify || common.dryRun, maxDeletions };
            case 'delete-backups': {
                const ids = this.readIds('backup-ids');
                if (!ids)
                    throw this.createError('backup-ids', printable_text `GUIDs, at least one, or []`);
                return { ...common, operation, ids, ignoreNotFound, maxDeletions };
            }
            case 'prune-history':
                return {
                    ...common,
                    operation,
                    policy: this.readPolicy(),
                    pinned: this.readIds('keep-ids') ?? new Set(),
                    requireBackupWithin: this.readRequireBackupWithin(),
                    storageTypes: this.readStorageTypes(),
                    ignoreNotFound,
                    maxDeletions,
                };
        }
    }
    createError(name, allowed, value = readRawInput(name)) {
        return new RefusedError(printable_text `${name} cannot be ${quoteInput(value, this.redact)}. Allowed: ${allowed}.`);
    }
    /** The runner only warns about an unknown input; here, `dryrun: true` must not become a real run. */
    checkNames() {
        const variables = new Set(INPUT_NAMES.map(name => `INPUT_${name.toUpperCase()}`));
        for (const [variable, value] of Object.entries(process.env)) {
            if (!variable.startsWith('INPUT_') || !value || variables.has(variable))
                continue;
            throw new RefusedError(printable_text `There is no input for the environment variable ${quoteInput(variable, this.redact)}, so nothing reads it. Is the name of an input misspelt under "with:"? Or does "env:" in the workflow, the machine, or a composite action around this one set the variable? The inputs are: ${join(INPUT_NAMES)}.`);
        }
    }
    /** A blank limit must not become no limit. */
    checkNoneIsBlank() {
        for (const name of INPUT_NAMES) {
            if (name === 'token' || !isBlankInput(name))
                continue;
            throw new RefusedError(printable_text `${name} holds only white space. Leave it out, or set a value.`);
        }
    }
    /** An input of another operation is an error: `keep-last` with `delete-history` must not delete everything. */
    checkBelongsTo(operation) {
        for (const name of INPUT_NAMES) {
            const { operations, default: standard = '' } = findDefinition(name);
            if (!operations || operations.includes(operation))
                continue;
            const isBoolean = standard === 'true' || standard === 'false';
            const value = isBoolean ? String(this.readBoolean(name)) : readRawInput(name);
            if (value === standard)
                continue;
            throw new RefusedError(printable_text `${name} does not belong to ${operation}, but to ${join(operations)}. Leave it out.`);
        }
    }
    /** Reads what `core.getBooleanInput` accepts. */
    readBoolean(name) {
        const value = readRawInput(name);
        if (!/^(true|True|TRUE|false|False|FALSE)$/.test(value))
            throw this.createError(name, printable_text `true, false`);
        return value.toLowerCase() === 'true';
    }
    readNumber(name, { min = 0, alsoAllowed = printable_text `` } = {}) {
        const number = parseNumber(readRawInput(name));
        if (number !== undefined && number >= min)
            return number;
        throw this.createError(name, printable_text `a whole number from ${min}, in digits${alsoAllowed}`);
    }
    /**
     * Reads a list separated by white space or commas, or a JSON array of strings.
     * @returns `undefined` if the input is empty; an empty set for `[]`
     */
    readList(name, parse, allowed) {
        const given = readRawInput(name);
        if (given === '')
            return undefined;
        const isJson = given.startsWith('[');
        const items = isJson ? parseStrings(given) : given.split(/[\s,]/).filter(item => item !== '');
        if (!items || (items.length === 0 && !isJson)) {
            throw this.createError(name, printable_text `${allowed}, separated by spaces or commas, or as a JSON array of strings`);
        }
        return new Set(items.map(item => {
            const value = parse(item);
            if (value !== undefined)
                return value;
            throw this.createError(name, printable_text `${allowed}, separated by spaces or commas`, item);
        }));
    }
    readIds(name) {
        return this.readList(name, parseBackupId, printable_text `GUIDs`);
    }
    readStorageTypes() {
        const allowed = join(STORAGE_TYPES.map((type, number) => printable_text `${type} (${number})`));
        const types = this.readList('storage-types', parseStorageType, allowed);
        if (types?.size === 0) {
            throw this.createError('storage-types', printable_text `${allowed}, at least one; empty: all`);
        }
        return types;
    }
    readPolicy() {
        const counts = { ...NO_RULES.counts };
        for (const rule of COUNT_RULES)
            counts[rule] = this.readCount(`keep-${rule}`);
        const withinPeriods = { ...NO_RULES.withinPeriods };
        for (const period of PERIODS)
            withinPeriods[period] = this.readDuration(`keep-within-${period}`);
        const policy = { counts, within: this.readDuration('keep-within'), withinPeriods };
        if (hasRule(policy))
            return policy;
        const except = readRawInput('keep-ids') === '' ? '' : ' except those in keep-ids';
        throw new RefusedError(printable_text `No keep- rule is set, or all are 0: that would delete every backup${except}. Set one, such as keep-last: 7.`);
    }
    readCount(name) {
        const value = readRawInput(name);
        if (value === '')
            return 0;
        return value === 'unlimited' ? UNLIMITED : this.readNumber(name, { alsoAllowed: printable_text `, or unlimited` });
    }
    readDuration(name) {
        if (readRawInput(name) === '')
            return undefined;
        const duration = parseDuration(readRawInput(name));
        if (duration)
            return duration;
        throw this.createError(name, printable_text `a duration such as 30d, 2w, 6m or 1y5m7d2h: y, m (months), w, d and h, each at most once`);
    }
    readRequireBackupWithin() {
        const duration = this.readDuration('require-backup-within');
        if (!duration || !isZero(duration))
            return duration;
        throw this.createError('require-backup-within', printable_text `a duration longer than 0, such as 2d`);
    }
    readCalendar() {
        const name = readRawInput('time-zone');
        const calendar = name === 'UTC' ? UTC : createZonedCalendar(name);
        if (!calendar)
            throw this.createError('time-zone', printable_text `a name such as Europe/Berlin, and no offset`);
        return calendar;
    }
}
/** Node reads this variable when it starts, so removing it here would come too late. */
function checkNodeDebug() {
    const sections = (process.env['NODE_DEBUG'] ?? '').split(',');
    const printsSecrets = (section) => section.includes('*') || /^(https?|net|tls|child_process)$/i.test(section.trim());
    if (!sections.some(printsSecrets))
        return;
    throw new RefusedError(printable_text `NODE_DEBUG makes Node print what it sends, and the token with it. Nothing was sent. Remove http, https, net, tls, child_process and any * from NODE_DEBUG, in the step and on the runner.`);
}
/** Only ASCII digits, and no more than a number can represent exactly: `3x`, `-1` and `1e3` are refused. */
function parseNumber(digits) {
    const number = /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN;
    return Number.isSafeInteger(number) ? number : undefined;
}
/** @returns `undefined` for anything but a JSON array of strings */
function parseStrings(json) {
    const items = parseJson(json);
    return Array.isArray(items) && items.every(item => typeof item === 'string') ? items : undefined;
}

;// CONCATENATED MODULE: ./src/portal/answers/outcomes.ts

/** Whether neither success nor a rejection is known: only a gateway answered, or nothing. */
function isUndecided(kind) {
    return kind === 'not-received' || kind === 'unanswered';
}
/** A request was not sent: the run was stopped, or no time is left. */
class NotSentError extends ActionError {
}
/** A request was not sent because it is not wanted any more, or not now. */
class HeldBackError extends NotSentError {
}
class RequestError extends ActionError {
    kind;
    /** @param kind what it means for a DELETE */
    constructor(message, kind) {
        super(message);
        this.kind = kind;
    }
}
/** A request that got no HTTP response, or none that could be read. */
class NoResponseError extends RequestError {
    isRetryable;
    reason;
    /** @param isRetryable whether the same request may succeed later */
    constructor(message, kind, isRetryable = isUndecided(kind), reason) {
        super(message, kind);
        this.isRetryable = isRetryable;
        this.reason = reason;
    }
}
class ResponseError extends RequestError {
    status;
    waitMs;
    /**
     * @param status the HTTP status, such as 403
     * @param waitMs how long the answer asks to wait
     */
    constructor(message, kind, status, waitMs) {
        super(message, kind);
        this.status = status;
        this.waitMs = waitMs;
    }
}
/** The rate limit (HTTP 429) asks for a longer wait than the run may take. It would refuse every request until then. */
class RateLimitError extends RequestError {
    mayBeRunning;
    /** @param mayBeRunning whether the portal may still be working on an earlier attempt */
    constructor(message, mayBeRunning = false) {
        super(message, 'rejected-for-all');
        this.mayBeRunning = mayBeRunning;
    }
}

;// CONCATENATED MODULE: ./src/ledger.ts


/**
 * Records what a run found and did. The operations write to it and decide by it, and the report reads it. So a run that
 * fails or is cancelled reports what is known by then.
 */
class Ledger {
    firstListing;
    /** What is to be deleted, oldest first; `undefined` until that is known. */
    selected;
    kept;
    ignored = [];
    schedule = 'not-checked';
    hasSent = false;
    sent = new Map();
    current = { kind: 'none' };
    listedIds = new Set();
    missing = new Set();
    recordPlan(selected, kept = []) {
        this.selected = selected;
        this.kept = kept;
    }
    /** Records that the DELETE of one backup is about to be sent. A listing from before proves nothing about it. */
    recordSent(id) {
        this.addSent([id], false);
    }
    /** Records that the DELETE of the schedule, or of a history that was not listed, is about to be sent. */
    recordSentWithoutIds() {
        this.hasSent = true;
        this.discardVerification();
    }
    /** Records that the DELETE of a whole history with these backups is about to be sent. */
    recordSentForAll(ids) {
        this.addSent(ids, true);
    }
    addSent(ids, isJudgedByListing) {
        this.recordSentWithoutIds();
        for (const id of ids) {
            if (!this.sent.has(id))
                this.sent.set(id, { mayHaveRun: false, isJudgedByListing });
        }
    }
    /**
     * Records how a DELETE ended. If it got no answer, the last answer still counts. A listing from before that end proves
     * nothing about it.
     */
    recordOutcome(id, outcome) {
        const entry = this.sent.get(id);
        if (!entry)
            return;
        this.discardVerification();
        // A rejection at the file may have cost the record: only a confirmation makes that good.
        const keepsRejection = entry.decisive?.kind === 'rejected-by-portal' && outcome.kind !== 'confirmed';
        if (!isUndecided(outcome.kind) && !keepsRejection)
            entry.decisive = outcome;
        entry.error = outcome.kind === 'confirmed' ? undefined : outcome.error;
        entry.mayHaveRun ||= outcome.kind !== 'confirmed' && outcome.mayBeRunning;
    }
    /** Records why a DELETE was not sent again, if one was sent at all. */
    recordHeldBack(id, error) {
        const entry = this.sent.get(id);
        if (entry)
            entry.error ??= error;
    }
    recordVerification(verification) {
        const isConclusive = verification.kind === 'conclusive';
        this.current = verification;
        this.listedIds = collectIds(isConclusive ? verification.listing : []);
        this.missing = collectIds(isConclusive ? verification.missing : []);
    }
    discardVerification() {
        if (this.current.kind !== 'none')
            this.recordVerification({ kind: 'none' });
    }
    get verification() {
        return this.current;
    }
    /** The ids of what the final listing lacks although nobody deleted it here. */
    get missingIds() {
        return this.missing;
    }
    /** Whether it is known what remains of the kept backups. */
    get knowsWhatRemains() {
        return !this.hasSent || this.current.kind === 'conclusive';
    }
    /** The error of the last DELETE of a backup; `undefined`: none. */
    errorOf(id) {
        return this.sent.get(id)?.error;
    }
    isConfirmed(id) {
        return this.sent.get(id)?.decisive?.kind === 'confirmed';
    }
    /** Whether the portal may have carried out a DELETE of a backup without answering it. */
    mayHaveRun(id) {
        return this.sent.get(id)?.mayHaveRun ?? false;
    }
    /** The outcome of a backup's DELETEs that counts; `undefined`: none is known. */
    decisiveOutcomeOf(id) {
        return this.sent.get(id)?.decisive;
    }
    statusOf(id) {
        const entry = this.sent.get(id);
        if (!entry)
            return 'not-sent';
        const countsAsConfirmed = entry.isJudgedByListing || this.isConfirmed(id);
        if (this.current.kind === 'conclusive') {
            if (this.listedIds.has(id))
                return 'still-listed';
            return countsAsConfirmed ? 'deleted' : 'file-may-remain';
        }
        if (entry.decisive?.kind === 'rejected-by-portal')
            return 'file-may-remain';
        return this.current.kind === 'none' && this.isConfirmed(id) ? 'reported-deleted' : 'unknown';
    }
    /** The selected backups with one of these statuses, oldest first. */
    withStatus(...statuses) {
        return (this.selected ?? []).filter(({ id }) => statuses.includes(this.statusOf(id)));
    }
    /** What is deleted, as far as is known; `undefined`: not known. */
    get deleted() {
        return this.isUncounted ? undefined : this.withStatus('deleted', 'reported-deleted');
    }
    /** What was sent and is not known to be deleted; `undefined`: not known. */
    get failed() {
        return this.isUncounted ? undefined : this.withStatus('still-listed', 'file-may-remain', 'unknown');
    }
    /** Whether a DELETE was sent without a listing before it. */
    get isUncounted() {
        return this.hasSent && this.selected === undefined;
    }
}

;// CONCATENATED MODULE: ./src/text/format.ts

const MAX_LISTED = 10;
/** `1 backup`, `1,200 backups`. */
function pluralize(number, noun) {
    return printable_text `${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`;
}
/** The form of a verb that fits a number: `1 is`, `2 are`. */
function conjugate(singular, number) {
    if (number === 1)
        return singular;
    return { is: 'are', was: 'were', has: 'have' }[singular];
}
function formatNumber(number) {
    return toPrintable(number.toLocaleString('en-US'));
}
function formatSeconds(ms) {
    return toPrintable(`${(ms / 1000).toFixed(1)} s`);
}
/** `18 s`, rounded up. */
function formatWholeSeconds(ms) {
    return toPrintable(`${Math.min(Math.ceil(ms / 1000), Number.MAX_SAFE_INTEGER)} s`);
}
/** `a, b and 12 more`. */
function listSome(names) {
    const rest = names.length - MAX_LISTED;
    const shown = toPrintable(names.slice(0, MAX_LISTED).join(', '));
    return rest > 0 ? printable_text `${shown} and ${rest} more` : shown;
}
function escapeHtml(line) {
    return line.replace(/[&<>"'`]/g, char => `&#${char.charCodeAt(0)};`);
}

;// CONCATENATED MODULE: ./src/limits.ts
/** How many deletions may be at work at the portal at once. */
const MAX_CONCURRENT_DELETIONS = 8;
/** After this long, nothing waits for a running deletion any more. It still occupies its slot. */
const OVERDUE_AFTER_MS = 15_000;

;// CONCATENATED MODULE: ./src/operations/messages.ts




/** A backup as an error names it: `alias_2026-03-01.tar.gz (Local, 1111…)`. */
function describeBackup({ name, storageType, id }) {
    return printable_text `${name} (${storageType ?? 'unknown storage'}, ${id})`;
}
/** A storage type at the start of a sentence. */
function describeStorage(type) {
    return type === undefined ? printable_text `An unknown storage` : printable_text `Storage type ${type}`;
}
/** Says that backups disappeared that this run did not delete. */
function explainMissing(missing, which) {
    const names = listSome(missing.map(describeBackup));
    return printable_text `${pluralize(missing.length, 'backup')} ${which} ${conjugate('is', missing.length)} not listed any more: ${names}. This run did not delete what is missing. Possible causes: the schedule's copy limit, another user, or a file or storage account that the portal cannot reach.`;
}
/** Says that backups are gone although the portal never answered the DELETE of the history. */
function explainUnanswered(number) {
    return printable_text `${pluralize(number, 'backup')} ${conjugate('is', number)} not listed any more, but the portal never answered the DELETE: the files may remain.`;
}
/**
 * Explains every backup whose DELETE was sent and that is not proven to be deleted. Each is in one of the counts.
 * @param fatalError the error that ended the run, which is reported elsewhere
 */
function explainFailed(ledger, fatalError) {
    const sentences = groupFailed(ledger).flatMap(({ records, what, advice = printable_text `` }) => [
        printable_text `${what}: ${listSome(records.map(describeBackup))}.`,
        findReason(ledger, records, fatalError),
        advice,
    ]);
    if (ledger.withStatus('file-may-remain').length > 0)
        sentences.push(LEAVE_STORAGE_OUT);
    return sentences.filter(sentence => sentence !== '');
}
function groupFailed(ledger) {
    const isConclusive = ledger.verification.kind === 'conclusive';
    const stillListed = ledger.withStatus('still-listed');
    const fileMayRemain = ledger.withStatus('file-may-remain');
    const unknown = ledger.withStatus('unknown');
    const unknownAfter = (answer) => unknown.filter(({ id }) => classifyAnswer(ledger, id) === answer);
    const answered = unknownAfter('rejects-this-backup');
    const refused = unknownAfter('rejects-all');
    const unanswered = unknownAfter('none');
    // Without a conclusive listing, the portal's own answer is all that is known.
    const forgotten = isConclusive ? fileMayRemain : [];
    const rejected = isConclusive ? answered : [...fileMayRemain, ...answered];
    const count = (records) => pluralize(records.length, 'backup');
    const them = ({ length }) => (length === 1 ? 'it' : 'them');
    const files = ({ length }) => (length === 1 ? 'its file' : 'their files');
    const groups = [
        {
            records: stillListed,
            what: printable_text `${formatNumber(stillListed.length)} of ${count(ledger.selected ?? [])} ${conjugate('is', stillListed.length)} still listed`,
        },
        {
            records: forgotten,
            what: printable_text `The portal no longer lists ${count(forgotten)}, but did not report success, so ${files(forgotten)} may remain`,
            advice: printable_text `The next run will not see ${them(forgotten)}; ${SEE_DOCS}`,
        },
        {
            records: rejected,
            what: printable_text `The DELETE of ${count(rejected)} was answered without success`,
            advice: printable_text `Even if the next listing lacks ${them(rejected)}, ${files(rejected)} may remain; ${SEE_DOCS}`,
        },
        { records: refused, what: printable_text `The portal refused the DELETE of ${count(refused)}` },
        {
            records: unanswered,
            what: printable_text `It is not known whether ${count(unanswered)} ${conjugate('was', unanswered.length)} deleted`,
        },
    ];
    return groups.filter(({ records }) => records.length > 0);
}
const REPORTED_SUCCESS = printable_text `The portal reported success; see its log.`;
const SEE_DOCS = printable_text `see "Its file may remain" in this action's docs/troubleshooting.md.`;
const LEAVE_STORAGE_OUT = printable_text `If the storage is the cause, each further run can cost another record there. Until it is fixed, leave it out: name only the other storages in storage-types or, for delete-backups, leave these ids out.`;
function explainGivenUpStorage({ type, reason, untried }) {
    const storage = describeStorage(type);
    const rest = printable_text `${pluralize(untried, 'backup')} there ${conjugate('was', untried)} not tried`;
    return reason === 'records-lost'
        ? printable_text `${storage} lost records whose deletion the portal did not confirm, so ${rest}. Fix the storage if it is the cause, then run again.`
        : printable_text `${storage} rejects deletions, and the next pause between them does not fit into the time for pauses, so ${rest}. Run again, or raise timeout-seconds.`;
}
function classifyAnswer(ledger, id) {
    const answer = ledger.decisiveOutcomeOf(id);
    if (!answer || answer.kind === 'confirmed')
        return 'none';
    if (answer.kind !== 'rejected-for-all')
        return 'rejects-this-backup';
    return ledger.mayHaveRun(id) ? 'none' : 'rejects-all';
}
function findReason(ledger, records, fatalError) {
    const errors = records.map(({ id }) => ledger.errorOf(id));
    const own = errors.find(error => error && error !== fatalError && !(fatalError && isAboutAll(error)));
    if (own)
        return own.message;
    if (fatalError || records.every(({ id }) => ledger.statusOf(id) !== 'still-listed'))
        return printable_text ``;
    return records.some(({ id }) => ledger.isConfirmed(id)) ? REPORTED_SUCCESS : printable_text ``;
}
function isAboutAll(error) {
    return error instanceof RequestError && error.kind === 'rejected-for-all';
}
/** Explains the backups that were not tried. */
function explainUntried(ledger, { fatalError, isOutOfTime, isFull, givenUp }) {
    const withUntried = givenUp.filter(({ untried }) => untried > 0);
    const inGivenUp = withUntried.reduce((sum, { untried }) => sum + untried, 0);
    const rest = ledger.withStatus('not-sent').length - inGivenUp;
    return [
        ...withUntried.map(explainGivenUpStorage),
        ...explainRest(rest, { fatalError, isOutOfTime, isFull }),
    ];
}
function explainRest(rest, { fatalError, isOutOfTime, isFull }) {
    if (rest === 0)
        return [];
    const what = printable_text `${pluralize(rest, 'backup')} ${conjugate('was', rest)} not tried`;
    if (isFull && !fatalError) {
        return [
            printable_text `${what}: ${MAX_CONCURRENT_DELETIONS} deletions may still be running at the portal, and this action allows no more at once. Run again later.`,
        ];
    }
    if (isOutOfTime && !fatalError) {
        return [printable_text `${what} for lack of time. Run again, or raise timeout-seconds.`];
    }
    return [printable_text `${what}.`];
}

;// CONCATENATED MODULE: ./src/operations/listings.ts






/** Listing is expensive, so a repeated one waits at least this long. */
const MIN_BETWEEN_LISTINGS_MS = 2_000;
/** How long to wait before repeating a listing that failed with the portal's own error. */
const AFTER_ERROR_MS = 2_000;
/** Takes the first listing and, at the same time, asks about the API key. @throws ActionError if the listing fails */
async function takeFirstListing({ portal, ledger, }) {
    const [listing, key] = await Promise.all([portal.listBackups(), portal.getKey()]);
    ledger.firstListing = listing;
    return { listing, key };
}
/**
 * Lists the history after deletions, and records what that is worth.
 * @returns the listing
 * @throws ActionError if there was none, or it is inconclusive
 */
async function listAfterDeletions(context, options) {
    const { ledger } = context;
    let listing;
    try {
        listing = await listWithOneRetry(context, options);
    }
    catch (error) {
        // An HTTP 200 that is no list is an answer. Anything else counts as no listing.
        if (error instanceof ResponseError && error.status === 200) {
            ledger.recordVerification({ kind: 'inconclusive', reason: error.message });
        }
        throw error;
    }
    const { firstListing = [], selected = [] } = ledger;
    const verification = assessListing(firstListing, collectIds(selected), listing);
    ledger.recordVerification(verification);
    if (verification.kind === 'conclusive')
        return listing;
    throw new ActionError(explainInconclusive(verification.reason));
}
/** Lists, and lists once more if the portal itself failed: a storage that is down for a moment is enough for that. */
async function listWithOneRetry({ portal, deadline }, options) {
    try {
        return await portal.listBackups(options);
    }
    catch (error) {
        const isOwnError = error instanceof ResponseError && error.status === 500 && error.kind === 'rejected-by-portal';
        if (!isOwnError || !(await deadline.sleep(AFTER_ERROR_MS)))
            throw error;
        return portal.listBackups(options);
    }
}
/** Lists once more. @returns whether that is conclusive. If the request fails, the listing before still counts */
async function listAgain(context) {
    try {
        await listAfterDeletions(context);
        return true;
    }
    catch (error) {
        if (error instanceof ActionError)
            return false;
        throw error;
    }
}
function explainInconclusive(reason) {
    return printable_text `The final listing proves nothing: ${reason} Check the portal's backups before you run again.`;
}
/**
 * Assesses a listing that was taken after deletions, by what must still be true: it has no more records without an id
 * than before, and at least one of the backups that nobody deleted. A different server, an empty page or another spelling
 * of the ids fails this test. If nothing should remain, they pass it.
 * @param firstListing taken before the deletions
 * @param selected the ids of what was to be deleted
 */
function assessListing(firstListing, selected, listing) {
    const withoutId = countWithoutId(listing);
    if (withoutId > countWithoutId(firstListing)) {
        return {
            kind: 'inconclusive',
            reason: printable_text `${pluralize(withoutId, 'record')} in it ${conjugate('has', withoutId)} no readable id, ${countWithoutId(firstListing)} in the first one. They could be the backups to be deleted.`,
        };
    }
    const listed = collectIds(listing);
    const others = firstListing
        .filter(hasId)
        .filter(({ id, expiresOn }) => !selected.has(id) && expiresOn === undefined);
    const missing = others.filter(({ id }) => !listed.has(id));
    if (others.length > 0 && missing.length === others.length) {
        return {
            kind: 'inconclusive',
            reason: printable_text `it has none of the ${pluralize(missing.length, 'backup')} that should remain: ${listSome(missing.map(describeBackup))}. Another server may have answered, or the portal cannot reach its storages.`,
        };
    }
    return { kind: 'conclusive', listing, missing };
}
/**
 * Finds what the final listing lacks although this run did not delete it.
 * @param pinned ids that must be kept, whether or not the policy looks at them
 * @returns the backups that had to be kept, and the others
 */
function findMissing({ verification, kept = [] }, pinned) {
    const missing = verification.kind === 'conclusive' ? verification.missing : [];
    const keptIds = new Set([...pinned, ...kept.map(({ backup }) => backup.id)]);
    return {
        required: missing.filter(({ id }) => keptIds.has(id)),
        others: missing.filter(({ id }) => !keptIds.has(id)),
    };
}
/** How many records of the selected history are still listed, with or without a readable id. */
function countLeft(ledger) {
    const { verification } = ledger;
    const withoutId = verification.kind === 'conclusive' ? countWithoutId(verification.listing) : 0;
    return ledger.withStatus('still-listed').length + withoutId;
}
/** How many backups the last listing has that the first one did not have. */
function countNew({ verification, firstListing = [] }) {
    const before = collectIds(firstListing);
    const listing = verification.kind === 'conclusive' ? verification.listing : [];
    return listing.filter(record => hasId(record) && !before.has(record.id)).length;
}

;// CONCATENATED MODULE: ./src/operations/lagging.ts


/** When to check again, counted from the first check, if a deletion does not show yet. */
const REPEAT_AFTER_MS = [2_000, 8_000];
/** After that, repeat at this interval while the number that is still listed keeps falling. */
const REPEAT_EVERY_MS = 8_000;
/** Lists again while confirmed deletions are still listed. @throws ActionError if that is inconclusive in the end */
async function awaitLagging(context) {
    const { ledger } = context;
    const countLagging = () => ledger.withStatus('still-listed').filter(({ id }) => ledger.isConfirmed(id)).length;
    await repeatWhileLagging(context, countLagging, () => listAgain(context));
    const { verification } = ledger;
    if (verification.kind === 'inconclusive')
        throw new ActionError(explainInconclusive(verification.reason));
}
/**
 * Repeats a check 2 s and 8 s from now while something lags, and then as long as less of it lags each time.
 * @param countLagging how many deletions do not show yet
 */
async function repeatWhileLagging({ clock, deadline, budget }, countLagging, check) {
    const start = clock.monotonicMs();
    let before = Number.POSITIVE_INFINITY;
    for (let round = 0;; round++) {
        const lagging = countLagging();
        const afterMs = REPEAT_AFTER_MS[round];
        if (lagging === 0 || (afterMs === undefined && lagging >= before))
            return;
        before = lagging;
        const waitMs = afterMs === undefined
            ? REPEAT_EVERY_MS
            : Math.max(MIN_BETWEEN_LISTINGS_MS, start + afterMs - clock.monotonicMs());
        const hasTime = deadline.remainingMs() - waitMs > budget.expectedListingMs;
        if (!hasTime || !(await deadline.sleep(waitMs)))
            return;
        await check();
    }
}

;// CONCATENATED MODULE: ./src/portal/retry-timing.ts
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_BEFORE_RETRY_MS = 24_000; // 30 s with the most jitter
/** A larger `X-RateLimit-Reset` is a point in time, not a number of seconds. */
const MAX_RESET_S = 3_600;
/**
 * The wait before a request is sent again: 1, 2, 4, 8, 16, 24, 24, … s, and up to a quarter more. The first five add up to
 * 31 s or more, which is enough for a restart of the portal.
 * @param retry 1 for the first
 * @param askedMs how long the answer asks to wait (`readWait`), which counts instead
 * @returns milliseconds, never 0
 */
function waitBeforeRetry(retry, askedMs) {
    return askedMs ?? withJitter(Math.min(MAX_WAIT_BEFORE_RETRY_MS, FIRST_WAIT_MS * 2 ** (retry - 1)));
}
/** Adds up to a quarter, so that many waiting clients do not return at the same moment. */
function withJitter(ms) {
    return ms * (1 + Math.random() / 4);
}
/**
 * Reads how long an answer asks to wait: by `Retry-After` in either form (RFC 9110, 10.2.3) or, on a 429, by
 * `X-RateLimit-Reset`. A date counts from the answer's own `Date`. A wait of 0 counts as none.
 * @param now milliseconds since 1970, for an answer without `Date`
 * @returns milliseconds; `undefined`: it does not say
 */
function readWait(status, headers, now) {
    const sentAt = Date.parse(headers.date ?? '');
    const retryAfterMs = parseRetryAfter(headers['retry-after'], Number.isNaN(sentAt) ? now : sentAt);
    if (retryAfterMs > 0)
        return retryAfterMs;
    const reset = Number(/^\d+$/.exec(String(headers['x-ratelimit-reset']))?.[0]);
    return status === 429 && reset > 0 && reset <= MAX_RESET_S ? reset * 1000 : undefined;
}
function parseRetryAfter(header = '', now) {
    if (/^\d+$/.test(header))
        return Number(header) * 1000;
    return header.endsWith(' GMT') ? Math.ceil((Date.parse(header) - now) / 1000) * 1000 : Number.NaN;
}

;// CONCATENATED MODULE: ./src/operations/deletion/listing-pause.ts

/** A listing may lag behind a rejection, and must show whether the record is lost. */
const AFTER_REJECTION_MS = 2_000;
/** A third-party storage may refuse requests just after many deletions. A listing then drops records of kept backups. */
const AFTER_THIRD_PARTY_MS = 3_000;
const AFTER_THIRD_PARTY_REJECTION_MS = 10_000;
/** The pause that the deletion of these backups needs before a listing, if nothing is rejected. In milliseconds. */
function expectedListingPauseMs(selected) {
    return selected.some(({ storageType }) => isThirdParty(storageType)) ? AFTER_THIRD_PARTY_MS : 0;
}
/** The pause that a listing needs if the deletion of these backups is rejected. In milliseconds. */
function longestListingPauseMs(selected) {
    return expectedListingPauseMs(selected) > 0 ? AFTER_THIRD_PARTY_REJECTION_MS : AFTER_REJECTION_MS;
}
/** Tells how long to wait before a listing that follows deletions of single backups. */
class ListingPause {
    notBefore = 0;
    rejecting = new Set();
    /**
     * Records how a DELETE ended.
     * @param now milliseconds of the run's clock
     * @returns the pause that a listing at this moment would need, in milliseconds
     */
    recordOutcome(type, outcome, now) {
        const isRejected = outcome.kind === 'rejected-by-portal';
        if (isRejected)
            this.rejecting.add(type);
        const thirdPartyMs = this.rejecting.has(type) ? AFTER_THIRD_PARTY_REJECTION_MS : AFTER_THIRD_PARTY_MS;
        const pauseMs = Math.max(isRejected ? AFTER_REJECTION_MS : 0, isThirdParty(type) ? thirdPartyMs : 0);
        this.notBefore = Math.max(this.notBefore, now + pauseMs);
        return pauseMs;
    }
    remainingMs(now) {
        return Math.max(0, Math.ceil(this.notBefore - now));
    }
}

;// CONCATENATED MODULE: ./src/operations/deletion/pace.ts

const FIRST_REST_MS = 2_000;
const MAX_REST_MS = 30_000;
/** After this many successes, a storage that refused simultaneous deletions gets one more at once. */
const SUCCESSES_BEFORE_RISE = 16;
/** A storage that refuses simultaneous deletions again after a rise gets one at a time. */
const MAX_REJECTIONS_WHILE_CONCURRENT = 2;
/** How many deletions a storage type gets at once, and how long it rests after a rejection. */
class Pace {
    mode = 'probing';
    carefulLimit = 1;
    successes = 0;
    successesAtOnce = 0;
    rejectionsWhileConcurrent = 0;
    restMs = FIRST_REST_MS;
    restUntil = 0;
    mayRest = true;
    get limit() {
        if (this.mode === 'probing')
            return 1;
        return this.mode === 'careful' ? this.carefulLimit : MAX_CONCURRENT_DELETIONS;
    }
    /** Whether no deletion was confirmed or rejected yet. */
    get isProbing() {
        return this.mode === 'probing';
    }
    /** Whether the storage has carried out simultaneous deletions, as far as is known. */
    get isProven() {
        return this.successesAtOnce >= MAX_CONCURRENT_DELETIONS;
    }
    /** The rest before the next second attempt, in milliseconds. */
    restLeftMs(now) {
        return this.mayRest && this.mode !== 'harmless' ? Math.max(0, Math.ceil(this.restUntil - now)) : 0;
    }
    /** @param endsRest false for a success beside a rejection: it says nothing about the next attempt */
    recordSuccess(endsRest) {
        if (endsRest)
            this.endRest();
        if (this.limit > 1)
            this.successesAtOnce++;
        if (this.mode === 'probing')
            this.mode = 'fast';
        else if (this.mode === 'careful')
            this.riseSlowly();
    }
    endRest() {
        this.restMs = FIRST_REST_MS;
        this.restUntil = 0;
    }
    riseSlowly() {
        this.successes++;
        const isDue = this.successes % SUCCESSES_BEFORE_RISE === 0;
        if (!isDue || this.rejectionsWhileConcurrent >= MAX_REJECTIONS_WHILE_CONCURRENT)
            return;
        this.carefulLimit = Math.min(this.carefulLimit + 1, MAX_CONCURRENT_DELETIONS);
    }
    /** Records the first rejection of a backup. */
    recordFirstRejection(now) {
        this.successesAtOnce = 0;
        if (this.mode !== 'harmless') {
            if (this.limit > 1)
                this.rejectionsWhileConcurrent++;
            this.successes = 0;
            this.slowDown();
        }
        this.restUntil = now + this.restMs;
    }
    /** Records that a further attempt was rejected too. */
    recordRepeatedRejection(now) {
        if (this.mode === 'harmless')
            return;
        this.restMs = Math.min(this.restMs * 2, MAX_REST_MS);
        this.restUntil = now + this.restMs;
    }
    slowDown() {
        this.mode = 'careful';
        this.carefulLimit = 1;
    }
    /** Records that rejections cost no records. */
    recordHarmless() {
        this.mode = 'harmless';
        this.endRest();
    }
    /** Records that no rejection is left, so nothing is known of the next one. */
    recordRecovered() {
        if (this.mode === 'harmless')
            this.mode = 'fast';
    }
    stopResting() {
        this.mayRest = false;
    }
}

;// CONCATENATED MODULE: ./src/operations/deletion/run-end.ts

/** Why no further deletion starts, although backups are left. */
class RunEnd {
    stop;
    /** What would meet every other deletion too. */
    fatalError;
    isOutOfTime = false;
    defect;
    controller = new AbortController();
    constructor(stop) {
        this.stop = stop;
    }
    get isOver() {
        return this.isOutOfTime || this.isAborted;
    }
    /** Whether something other than a lack of time ended it. */
    get isAborted() {
        return this.signal.aborted || this.stop.aborted;
    }
    get signal() {
        return this.controller.signal;
    }
    /** @param error the first one counts; what is no ActionError is a defect */
    abort(error) {
        if (error instanceof ActionError)
            this.fatalError ??= error;
        else
            this.defect ??= error;
        this.controller.abort();
    }
    /** @throws a defect, if one ended the run */
    throwDefect() {
        if (this.defect !== undefined)
            throw this.defect;
    }
}

;// CONCATENATED MODULE: ./src/operations/deletion/safe-listings.ts





/** Lists the history between and after deletions, once no storage needs a pause any more. */
class SafeListings {
    context;
    waitForThirdParties;
    /** Whether a listing failed, or had no time. Listings are expensive, so no other one is tried then. */
    hasFailed = false;
    pause = new ListingPause();
    ended = 0;
    endedBeforeLast = 0;
    /** @param waitForThirdParties waits until no deletion runs in a third-party storage */
    constructor(context, waitForThirdParties) {
        this.context = context;
        this.waitForThirdParties = waitForThirdParties;
    }
    /** Records that a deletion has ended. @param outcome `undefined`: it was not sent */
    recordEnd(type, outcome) {
        this.ended++;
        if (outcome)
            this.context.budget.reserveListingPause(this.pause.recordOutcome(type, outcome, this.now));
    }
    /** Whether a deletion has ended since the last listing was requested. The listing may or may not show it. */
    get isOutdated() {
        return this.ended !== this.endedBeforeLast;
    }
    /**
     * Takes a listing. If a storage needs another pause while it waits for the rate limit, it is not sent before that.
     * @throws ActionError if there is none, or it is inconclusive
     */
    async take() {
        const options = {
            isStillWanted: () => this.pauseLeftMs === 0,
            onSend: () => {
                this.endedBeforeLast = this.ended;
            },
        };
        for (;;) {
            try {
                await this.waitForPause();
                return await listAfterDeletions(this.context, options);
            }
            catch (error) {
                if (error instanceof HeldBackError)
                    continue;
                this.hasFailed = this.context.ledger.verification.kind !== 'inconclusive';
                throw error;
            }
        }
    }
    /** @throws NotSentError if there is no time for the pause: the listing could drop records */
    async waitForPause() {
        const { deadline } = this.context;
        // A listing during a deletion could drop records too.
        const maxMs = Math.min(OVERDUE_AFTER_MS, deadline.remainingMs());
        await deadline.withTimeout(maxMs, this.waitForThirdParties);
        // A hung deletion that ends meanwhile extends the pause.
        while (this.pauseLeftMs > 0 && (await deadline.sleep(this.pauseLeftMs)))
            ;
        if (this.pauseLeftMs === 0 || deadline.stop.aborted)
            return;
        throw new NotSentError(printable_text `No time is left for another listing, which must wait until the storage has recovered from the deletions. Raise timeout-seconds.`);
    }
    get pauseLeftMs() {
        return this.pause.remainingMs(this.now);
    }
    get now() {
        return this.context.clock.monotonicMs();
    }
}

;// CONCATENATED MODULE: ./src/operations/deletion/slots.ts

/**
 * The deletions that may be at work at the portal, which goes on with a DELETE after its client has hung up. A backup
 * enters when its DELETE starts. It leaves when the portal confirms it, or when no attempt can still be running.
 */
class Slots {
    taken = new Set();
    mayBeRunningIds = new Set();
    get isFull() {
        return this.taken.size >= MAX_CONCURRENT_DELETIONS;
    }
    /** @returns whether the deletion may start; a backup that has a slot may be deleted again in it */
    enter(id) {
        if (!this.taken.has(id) && this.isFull)
            return false;
        this.taken.add(id);
        return true;
    }
    /** @param outcome how the DELETE ended; `undefined`: it was not sent */
    finish(id, outcome) {
        if (outcome?.kind === 'confirmed')
            this.mayBeRunningIds.delete(id);
        else if (outcome?.mayBeRunning)
            this.mayBeRunningIds.add(id);
        if (!this.mayBeRunningIds.has(id))
            this.taken.delete(id);
    }
    /** The backups whose deletion may still be running, though nobody waits for it. */
    get mayBeRunning() {
        return this.mayBeRunningIds;
    }
}

;// CONCATENATED MODULE: ./src/operations/deletion/loss-checks.ts
/** A listing is due after 1, 3, 6, 12, 18, 24, … second attempts that failed. From 6 on, a success starts again at 3. */
const FIRST_AFTER = 1;
const NEXT_AFTER = 3;
/** Each of the failures between two listings may cost a record. */
const MAX_STEP = 6;
/** A listing is also due after 3, 6, 12, … deletions in a row that, as a gateway says, never reached the portal. */
const AFTER_NOT_RECEIVED = 3;
/** Tells when a listing must show whether a storage type loses records. Each costs the portal work. */
class LossChecks {
    failures = 0;
    afterFailures = FIRST_AFTER;
    notReceivedInARow = 0;
    afterNotReceived = AFTER_NOT_RECEIVED;
    get isDue() {
        return this.failures >= this.afterFailures || this.notReceivedInARow >= this.afterNotReceived;
    }
    /** Records that the second attempt of a backup failed too. */
    recordFailure() {
        this.failures++;
    }
    recordNotReceived() {
        this.notReceivedInARow++;
    }
    /** Records that the portal got a deletion, or may have got it. */
    recordReceived() {
        this.notReceivedInARow = 0;
        this.afterNotReceived = AFTER_NOT_RECEIVED;
    }
    recordSuccess() {
        if (this.afterFailures <= NEXT_AFTER)
            return;
        this.afterFailures = NEXT_AFTER;
        this.failures = 0;
    }
    recordListing() {
        while (this.failures >= this.afterFailures) {
            this.afterFailures =
                this.afterFailures === FIRST_AFTER
                    ? NEXT_AFTER
                    : this.afterFailures + Math.min(this.afterFailures, MAX_STEP);
        }
        if (this.notReceivedInARow >= this.afterNotReceived)
            this.afterNotReceived *= 2;
    }
}

;// CONCATENATED MODULE: ./src/operations/deletion/storage-queue.ts



/**
 * Decides which backups of one storage type are deleted, and when. It does no I/O.
 *
 * A portal removes the record of a backup before it deletes the file. So every rejection at the file may cost a record
 * while the file remains. Some storages reject everything, some reject most of several simultaneous deletions, and some
 * files cannot be deleted but keep their records. This class starts with one deletion at a time, slows down after a
 * rejection, and stops when a listing shows that records are lost.
 */
class StorageQueue {
    type;
    records;
    /** The oldest is the last. */
    untried;
    tried = new Map();
    listed;
    pace = new Pace();
    checks = new LossChecks();
    /** Why no untried backup is started any more; `run-ends`: something that concerns all storages. */
    gaveUpBecause;
    /** @param records the selected backups of this storage type, oldest first */
    constructor(type, records) {
        this.type = type;
        this.records = records;
        this.untried = records.toReversed();
    }
    get isProbing() {
        return this.pace.isProbing;
    }
    /**
     * A listing comes before anything that could cost another record, and a second attempt before a new backup.
     * @param secondAttemptsInTime how many there is time for: the storage may reject all but one of simultaneous deletions
     */
    next(now, secondAttemptsInTime) {
        const awaitedUntil = [...this.tried.values()]
            .map(({ running }) => running?.awaitedUntil ?? 0)
            .filter(time => time > now);
        const nothingAwaited = awaitedUntil.length === 0;
        const wait = { kind: 'wait', ms: Math.ceil(Math.min(...awaitedUntil) - now) };
        if (this.isCheckDue)
            return nothingAwaited ? { kind: 'list' } : wait;
        const [rejected] = this.awaiting('second');
        if (rejected) {
            if (!nothingAwaited || rejected.isRepeating)
                return wait;
            const restMs = this.pace.restLeftMs(now);
            if (restMs > 0)
                return { kind: 'rest', ms: restMs };
            return { kind: 'delete', attempt: 'second', record: rejected.record };
        }
        const untried = this.gaveUpBecause ? undefined : this.untried.at(-1);
        const forLast = this.awaiting('last');
        const record = untried ?? forLast.find(({ isRepeating }) => !isRepeating)?.record;
        if (!record)
            return nothingAwaited && forLast.length === 0 ? { kind: 'done' } : wait;
        const maxUnproven = Math.max(1, secondAttemptsInTime);
        const limit = this.pace.isProven ? this.pace.limit : Math.min(this.pace.limit, maxUnproven);
        if (awaitedUntil.length >= limit)
            return wait;
        return { kind: 'delete', attempt: untried ? 'first' : 'last', record };
    }
    awaiting(attempt) {
        return [...this.tried.values()].filter(({ awaits }) => awaits === attempt);
    }
    get isCheckDue() {
        const isNeeded = !this.gaveUpBecause || this.gaveUpBecause === 'no-time-to-rest';
        return isNeeded && this.checks.isDue;
    }
    /** Records that a step of `next` has started. */
    recordStart(record, attempt) {
        if (attempt === 'first') {
            this.untried.pop();
            this.tried.set(record.id, { record, isRepeating: false, rejections: 0, hasFailed: false });
        }
        const backup = this.tried.get(record.id);
        if (!backup)
            return;
        backup.awaits = undefined;
        backup.running = { attempt, awaitedUntil: Number.POSITIVE_INFINITY, timesSent: 0 };
    }
    /** Records that a hung deletion is sent again, to be confirmed. No step of `next` starts it meanwhile. */
    recordRepeat(id) {
        const backup = this.tried.get(id);
        if (backup)
            backup.isRepeating = true;
    }
    /** Whether a deletion may be sent now. While it waited for the rate limit, the storage may have rejected another one. */
    isStillWanted(id, now) {
        const running = this.tried.get(id)?.running;
        if (!running || running.timesSent > 0)
            return true;
        if (this.isCheckDue)
            return false;
        if (running.attempt === 'second')
            return this.pace.restLeftMs(now) === 0;
        return this.awaiting('second').length === 0 && !(running.attempt === 'first' && this.gaveUpBecause);
    }
    /** @param awaitedUntil until when the others wait for its first attempt */
    recordSent(id, awaitedUntil) {
        const running = this.tried.get(id)?.running;
        if (!running)
            return;
        running.timesSent++;
        if (running.awaitedUntil === Number.POSITIVE_INFINITY)
            running.awaitedUntil = awaitedUntil;
    }
    /** Records that the rate limit turned it away. While it waits to be sent again, the others wait for it. */
    recordRateLimited(id) {
        const running = this.tried.get(id)?.running;
        if (!running)
            return;
        running.timesSent--;
        running.awaitedUntil = Number.POSITIVE_INFINITY;
    }
    /** @param outcome how the DELETE ended; `undefined`: it was not sent */
    recordOutcome({ id }, outcome, now) {
        const backup = this.tried.get(id);
        if (!backup)
            return;
        const { running } = backup;
        backup.running = undefined;
        backup.isRepeating = false;
        if (outcome)
            this.recordAnswered(backup, outcome, now);
        else if (running?.timesSent === 0)
            this.takeBack(backup, running.attempt);
    }
    recordAnswered(backup, outcome, now) {
        const wasRejected = backup.rejections > 0;
        backup.undecided = undefined;
        if (wasRejected && outcome.kind !== 'confirmed')
            this.recordFailure(backup);
        switch (outcome.kind) {
            case 'confirmed':
                this.checks.recordReceived();
                this.checks.recordSuccess();
                this.tried.delete(backup.record.id);
                this.pace.recordSuccess(wasRejected || this.awaiting('second').length === 0);
                break;
            case 'rejected-by-portal':
                this.checks.recordReceived();
                this.recordRejection(backup, now);
                break;
            case 'not-received':
                this.checks.recordNotReceived();
                this.recordUndecided(backup, outcome.mayBeRunning);
                break;
            case 'unanswered':
                this.checks.recordReceived();
                this.recordUndecided(backup, outcome.mayBeRunning);
                break;
            case 'rejected-on-the-way':
            case 'rejected-for-all':
                // Such an answer says nothing about the storage.
                break;
        }
    }
    /** Puts a deletion that was not sent back to where it came from. */
    takeBack(backup, attempt) {
        if (attempt !== 'first') {
            backup.awaits = attempt;
            return;
        }
        this.tried.delete(backup.record.id);
        this.untried.push(backup.record);
        this.untried.sort((a, b) => compareOldestFirst(b, a));
    }
    recordUndecided(backup, mayBeRunning) {
        const isGone = this.listed?.has(backup.record.id) === false;
        backup.undecided = { mayBeGone: mayBeRunning || isGone || backup.rejections > 0 };
    }
    recordFailure(backup) {
        if (backup.hasFailed)
            return;
        backup.hasFailed = true;
        this.checks.recordFailure();
    }
    recordRejection(backup, now) {
        backup.rejections++;
        if (backup.rejections > 1) {
            this.pace.recordRepeatedRejection(now);
            return;
        }
        backup.awaits = 'second';
        // Second attempts come in the order of the rejections.
        this.tried.delete(backup.record.id);
        this.tried.set(backup.record.id, backup);
        this.pace.recordFirstRejection(now);
    }
    /** Records a listing that `next` asked for, taken late enough to show every lost record. */
    recordListing(listed) {
        this.checks.recordListing();
        this.listed = listed;
        const tried = [...this.tried.values()];
        const isLost = ({ record }) => !listed.has(record.id);
        const failed = tried.filter(({ hasFailed }) => hasFailed);
        let isAnyLost = failed.some(isLost);
        for (const { undecided } of tried.filter(isLost)) {
            if (!undecided || undecided.mayBeGone)
                continue;
            // If a record is gone, the portal did get the request after all.
            undecided.mayBeGone = true;
            isAnyLost = true;
        }
        if (isAnyLost)
            this.gaveUpBecause = 'records-lost';
        // A later attempt without an answer of the portal's may still remove the record.
        const isHarmless = failed.every(({ rejections }) => rejections > 1) &&
            this.gaveUpBecause !== 'records-lost' &&
            !this.awaiting('second').some(isLost);
        if (failed.length === 0)
            this.pace.recordRecovered();
        else if (isHarmless)
            this.pace.recordHarmless();
        else
            this.pace.slowDown();
    }
    /** The time for rests is used up: only backups that were rejected once are tried. */
    stopTryingNew() {
        this.gaveUpBecause ??= 'no-time-to-rest';
    }
    /** The run ends: only backups that were rejected once are tried, because their records may be gone already. */
    endRun() {
        if (this.gaveUpBecause !== 'records-lost')
            this.gaveUpBecause = 'run-ends';
        // No listing shows any more that rejections are harmless.
        this.pace.slowDown();
    }
    /** No time is left for another rest: the second attempts that are due are made without one. */
    stopResting() {
        this.pace.stopResting();
    }
    /**
     * Gives unanswered deletions one more attempt: the portal confirms the DELETE of a removed record cheaply. In a storage
     * type that was given up, only those are repeated whose record may be gone already.
     */
    startLastAttempts() {
        for (const backup of this.tried.values()) {
            const { undecided } = backup;
            if (undecided && (undecided.mayBeGone || !this.gaveUpBecause))
                backup.awaits ??= 'last';
        }
    }
}
/** Groups backups by storage type, in the order of their oldest. Those of an unreadable type form one group. */
function createQueues(oldestFirst) {
    const groups = new Map();
    for (const record of oldestFirst) {
        const group = groups.get(record.storageType);
        if (group)
            group.push(record);
        else
            groups.set(record.storageType, [record]);
    }
    return [...groups].map(([type, records]) => new StorageQueue(type, records));
}

;// CONCATENATED MODULE: ./src/operations/deletion/deletions.ts















/** Where little time is left, the others wait only a quarter of it for a probe, but at least this long. */
const MIN_WAIT_FOR_PROBE_MS = 1_000;
/** The shortest wait once the deadline has passed and only running requests are awaited. */
const MIN_WAIT_MS = 100;
/** How often hung deletions that occupy every slot are sent again, so that the portal can confirm them. */
const REPEAT_HUNG_AFTER_MS = 30_000;
/** The run ends after this many outcomes `rejected-on-the-way` in a row. Those without an answer do not count. */
const MAX_REJECTED_ON_THE_WAY = 3;
/**
 * Until every storage has had its turn, all rests together take at most this share of the time for deletions. After that,
 * second attempts may use what is left.
 */
const MAX_REST_SHARE = 0.25;
/** At most this share of the time is set aside for a pause that may not be needed. */
const MAX_RESERVE_SHARE = 0.1;
/**
 * `retries` limits them too. A second attempt gets some: if a gateway answered its only request, the backup would count as
 * one whose record may be lost.
 */
const MAX_RETRIES = { first: Number.POSITIVE_INFINITY, second: 3, last: 0 };
/**
 * Carries out what the queues decide. A deletion takes this way: a `StorageQueue` decides that it is next, the `Slots`
 * grant it a place, the portal gets it, and its outcome goes to the ledger, the slots, the queue and the listings.
 */
class Deletions {
    context;
    selected;
    pinned;
    listings;
    end;
    queues;
    slots = new Slots();
    inFlight = new Map();
    restMsLeft;
    hasTriedEveryStorage = false;
    rejectedOnTheWayInARow = 0;
    /** Only `workOn` waits, so there is one waiter at most. */
    notify = () => undefined;
    constructor(context, selected, pinned) {
        this.context = context;
        this.selected = selected;
        this.pinned = pinned;
        const { budget, deadline } = context;
        this.end = new RunEnd(deadline.stop);
        this.listings = new SafeListings(context, () => Promise.all(this.inFlightInThirdParties));
        this.queues = createQueues(selected);
        // A hung deletion must not use up the time for a longer pause that a rejection makes necessary.
        const maxReserveMs = deadline.remainingMs() * MAX_RESERVE_SHARE;
        budget.reserveListingPause(Math.min(longestListingPauseMs(selected), maxReserveMs));
        this.restMsLeft = budget.remainingForDeletionsMs() * MAX_REST_SHARE;
        deadline.stop.addEventListener('abort', () => this.notify());
    }
    /** @throws anything that is no ActionError, after the running deletions have ended */
    async run() {
        const { budget, deadline } = this.context;
        await this.workToEnd();
        for (const queue of this.queues)
            queue.startLastAttempts();
        const hasTime = budget.remainingForDeletionsMs() > 0;
        if (this.hasWork && hasTime && !this.end.isOver) {
            await deadline.sleep(waitBeforeRetry(1, undefined), this.end.signal);
        }
        await this.workToEnd();
        this.end.throwDefect();
        const { fatalError, isOutOfTime } = this.end;
        const givenUp = this.queues.flatMap(({ type, records, gaveUpBecause: reason }) => reason && reason !== 'run-ends' ? [{ type, reason, untried: this.countUntried(records) }] : []);
        return { fatalError, isOutOfTime, isFull: this.slots.isFull, givenUp };
    }
    countUntried(records) {
        return records.filter(({ id }) => this.context.ledger.statusOf(id) === 'not-sent').length;
    }
    /** Works until nothing is left to do and nothing is running. A late answer may cause more work. */
    async workToEnd() {
        do {
            for (const queue of this.queues)
                await this.workOn(queue);
            this.hasTriedEveryStorage = true;
            await Promise.all(this.inFlight.values());
        } while (!this.end.isOver && this.hasWork);
    }
    get hasWork() {
        return this.queues.some(queue => queue.next(this.now, 1).kind !== 'done');
    }
    get now() {
        return this.context.clock.monotonicMs();
    }
    /** Works on one storage type until only overdue deletions are running there. */
    async workOn(queue) {
        while (!this.end.isOver) {
            const step = queue.next(this.now, this.countSecondAttemptsInTime(queue));
            switch (step.kind) {
                case 'done':
                    return;
                case 'wait':
                    await this.waitForChange(Math.min(step.ms, this.context.deadline.remainingMs() + MIN_WAIT_MS));
                    break;
                case 'rest':
                    if ((await this.rest(queue, step.ms)) || this.end.isOver)
                        break;
                    if (!this.hasTriedEveryStorage) {
                        // The second attempts that are due must not hold up the other storages.
                        queue.stopTryingNew();
                        return;
                    }
                    queue.stopResting();
                    break;
                case 'list':
                    await this.listForLostRecords(queue);
                    break;
                case 'delete':
                    if (this.slots.enter(step.record.id)) {
                        queue.recordStart(step.record, step.attempt);
                        this.startSending(queue, step.record, { maxRetries: MAX_RETRIES[step.attempt] });
                    }
                    else {
                        await this.waitForSlot();
                    }
                    break;
            }
        }
    }
    /** How many second attempts, one after the other, still fit before the final listing. Third parties may need them. */
    countSecondAttemptsInTime({ type }) {
        if (!isThirdParty(type))
            return MAX_CONCURRENT_DELETIONS;
        const { budget } = this.context;
        const maxMs = budget.remainingForDeletionsMs(longestListingPauseMs(this.selected)) - FIRST_REST_MS;
        return Math.floor(maxMs / Math.min(budget.slowestRecentDeletionMs, OVERDUE_AFTER_MS));
    }
    startSending(queue, record, options) {
        const sending = this.send(queue, record, options).then(outcome => {
            this.slots.finish(record.id, outcome);
            queue.recordOutcome(record, outcome, this.now);
            this.listings.recordEnd(queue.type, outcome);
            if (outcome) {
                this.show(outcome);
                this.abortIfHopeless(outcome);
            }
            this.inFlight.delete(record.id);
            this.notify();
        });
        this.inFlight.set(record.id, sending);
    }
    /** @returns `undefined`: it was not sent, the rate limit turned it away, or its failure ends the run */
    async send(queue, { id }, options) {
        const { portal, ledger, deadline } = this.context;
        const onSend = () => {
            const quarterMs = Math.max(MIN_WAIT_FOR_PROBE_MS, deadline.remainingMs() / 4);
            const patienceMs = queue.isProbing ? quarterMs : OVERDUE_AFTER_MS;
            queue.recordSent(id, this.now + Math.min(OVERDUE_AFTER_MS, patienceMs));
            ledger.recordSent(id);
            this.notify();
        };
        try {
            const outcome = await portal.deleteBackup(id, {
                onSend,
                onRateLimited: () => queue.recordRateLimited(id),
                isStillWanted: () => queue.isStillWanted(id, this.now),
                signal: this.end.signal,
                ...options,
            });
            if (options.isOptional && isRateLimited(outcome))
                return undefined;
            ledger.recordOutcome(id, outcome);
            return outcome;
        }
        catch (error) {
            if (error instanceof HeldBackError) {
                ledger.recordHeldBack(id, error);
                return undefined;
            }
            if (error instanceof NotSentError) {
                if (!this.end.isAborted)
                    this.end.isOutOfTime = true;
                return undefined;
            }
            if (error instanceof RateLimitError) {
                const { mayBeRunning } = error;
                ledger.recordOutcome(id, { kind: 'rejected-for-all', error, mayBeRunning });
            }
            this.abortRun(error);
            return undefined;
        }
    }
    /** Ends the run if the outcome shows that other deletions would fail too. */
    abortIfHopeless(outcome) {
        switch (outcome.kind) {
            case 'confirmed':
            case 'rejected-by-portal':
                this.rejectedOnTheWayInARow = 0;
                break;
            case 'rejected-on-the-way':
                if (++this.rejectedOnTheWayInARow >= MAX_REJECTED_ON_THE_WAY) {
                    this.abortRun(createNoSuccessError(outcome.error));
                }
                break;
            case 'rejected-for-all':
                // The client waits for the rate limit as long as there is time.
                if (isRateLimited(outcome))
                    this.end.isOutOfTime = true;
                else
                    this.abortRun(outcome.error);
        }
    }
    show(outcome) {
        const { ledger, log } = this.context;
        if (outcome.kind === 'rejected-by-portal')
            log.note(outcome.error.message);
        if (outcome.kind !== 'confirmed')
            return;
        log.showProgress(() => {
            const confirmed = this.selected.filter(({ id }) => ledger.isConfirmed(id)).length;
            const total = pluralize(this.selected.length, 'backup');
            return printable_text `${formatNumber(confirmed)} of ${total} deleted, as the portal reports.`;
        });
    }
    /** Waits until a deletion is sent or ends, until the run is to end, or for `ms`. @returns false: nothing changed */
    waitForChange(ms) {
        const { clock } = this.context;
        return new Promise(resolve => {
            const cancelTimer = clock.after(ms, () => resolve(false));
            this.notify = () => {
                cancelTimer();
                resolve(true);
            };
        });
    }
    /** Waits for a free slot, and sends hung deletions again: the portal may confirm them by now. */
    async waitForSlot() {
        const { budget } = this.context;
        const waitMs = Math.min(REPEAT_HUNG_AFTER_MS, budget.remainingForDeletionsMs());
        if (await this.waitForChange(waitMs))
            return;
        if (budget.remainingForDeletionsMs() === 0) {
            this.end.isOutOfTime = true;
            return;
        }
        for (const queue of this.queues) {
            for (const record of queue.records) {
                const isHung = this.slots.mayBeRunning.has(record.id) && !this.inFlight.has(record.id);
                if (!isHung)
                    continue;
                queue.recordRepeat(record.id);
                this.startSending(queue, record, { maxRetries: 0, isOptional: true });
            }
        }
    }
    /** @returns false: no time is left for it, or the run was stopped */
    async rest({ type }, ms) {
        const { budget, deadline, log } = this.context;
        const maxMs = this.hasTriedEveryStorage ? budget.remainingForDeletionsMs() : this.restMsLeft;
        if (ms > maxMs)
            return false;
        this.restMsLeft -= ms;
        log.note(printable_text `${describeStorage(type)} gets no deletion for ${formatSeconds(ms)}, then a rejected one is sent again.`);
        return deadline.sleep(ms, this.end.signal);
    }
    /** Lists, to see whether rejected deletions cost records. Without a conclusive listing, the run ends. */
    async listForLostRecords(queue) {
        const { ledger, budget } = this.context;
        try {
            queue.recordListing(collectIds(await this.listings.take()));
        }
        catch (error) {
            if (!(error instanceof ActionError) || error instanceof RateLimitError) {
                this.abortRun(error);
                return;
            }
            // After a failed listing there will be no other one, so its time is free.
            if (this.listings.hasFailed)
                budget.releaseListing();
            this.endAfterSecondAttempts(error);
            return;
        }
        if (findMissing(ledger, this.pinned).required.length > 0) {
            this.endAfterSecondAttempts(new ActionError(printable_text `Backups to be kept have disappeared, so no further backup was tried.`));
        }
        if (this.listings.isOutdated)
            ledger.discardVerification();
    }
    /** Ends the run, but for backups that were rejected once: their records may be gone, and their files remain. */
    endAfterSecondAttempts(error) {
        this.end.fatalError ??= error;
        for (const queue of this.queues)
            queue.endRun();
    }
    get inFlightInThirdParties() {
        return this.queues
            .filter(({ type }) => isThirdParty(type))
            .flatMap(({ records }) => records.map(({ id }) => this.inFlight.get(id)));
    }
    abortRun(error) {
        this.end.abort(error);
        this.notify();
    }
}
function isRateLimited(outcome) {
    return (outcome.kind !== 'confirmed' && outcome.error instanceof ResponseError && outcome.error.status === 429);
}
function createNoSuccessError(error) {
    const isPerhapsThePortal = error instanceof ResponseError && error.status === 200;
    const what = isPerhapsThePortal
        ? printable_text `Perhaps something in front of the portal answers DELETE requests`
        : printable_text `Something in front of the portal answers DELETE requests`;
    return new ActionError(printable_text `${what}: ${MAX_REJECTED_ON_THE_WAY} in a row. The last answer: ${error.message}`);
}

;// CONCATENATED MODULE: ./src/operations/deletion/delete-each.ts







/**
 * Deletes backups one by one, up to eight at once, and verifies it by a listing. If one fails, the others
 * are still tried, unless all would fail.
 * @param selected oldest first
 * @param pinned ids that must be kept, whether or not the policy looks at them
 * @throws ActionError if not all are proven to be deleted, or a backup that had to be kept is gone
 */
async function deleteEach(context, selected, pinned = new Set()) {
    if (context.dryRun)
        return;
    const { ledger, log } = context;
    const deletions = new Deletions(context, selected, pinned);
    const result = await deletions.run();
    const { listings } = deletions;
    const { fatalError } = result;
    const problems = fatalError ? [fatalError.message] : [];
    // A rate limit that cannot be waited for would refuse the listing too.
    if (ledger.hasSent && !(fatalError instanceof RateLimitError || listings.hasFailed)) {
        try {
            if (ledger.verification.kind === 'none')
                await listings.take();
            await awaitLagging(context);
        }
        catch (error) {
            if (!(error instanceof ActionError))
                throw error;
            problems.push(error.message);
        }
    }
    problems.push(...explainFailed(ledger, fatalError));
    problems.push(...explainUntried(ledger, result));
    const missing = findMissing(ledger, pinned);
    if (missing.others.length > 0)
        log.warning(explainMissing(missing.others, 'that this run did not select'));
    if (missing.required.length > 0)
        problems.push(explainMissing(missing.required, 'to be kept'));
    // The rule of success: a proof, and no problem.
    const isProven = ledger.withStatus('deleted').length === selected.length;
    if (isProven && problems.length === 0)
        return;
    // A check and the final listing may prove nothing for the same reason.
    throw new ActionError(join([...new Set(problems)], ' '));
}

;// CONCATENATED MODULE: ./src/portal/time.ts
/** .NET's default date, which the server sends for "never". */
const NEVER = '0001-01-01T00:00:00';
const TIME = /^(?!0000)(\d{4}-\d\d-(\d\d))(T(?!24)\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;
/**
 * Reads a time of the API. It is UTC: portals on PostgreSQL add `Z`, portals on MySQL do not. Fractions are cut to
 * milliseconds. A date that does not exist, such as 30 February, is refused.
 * @returns milliseconds since 1970; `never` for the year 1; `undefined` for anything else
 */
function parseTime(value) {
    const [, date = '', day, clock = '', fraction = '', offset = 'Z'] = (typeof value === 'string' && TIME.exec(value)) || [];
    const time = Date.parse(`${date}${clock}${fraction.slice(0, 4)}${offset}`);
    if (Number.isNaN(time) || new Date(date).getUTCDate() !== Number(day))
        return undefined;
    return date.startsWith('0001-') ? 'never' : time;
}

;// CONCATENATED MODULE: ./src/portal/key.ts


/** Where the portal's owner makes keys. */
const KEY_PAGE = 'Settings → Developer Tools → API keys';
/** Reads the `response` of `GET /api/2.0/keys/@self`. An empty list of permissions means all. */
function parseKey(response) {
    const permissions = readProperty(response, 'permissions');
    const expiresOn = parseTime(readProperty(response, 'expiresAt'));
    return {
        isReadOnly: Array.isArray(permissions) &&
            permissions.length > 0 &&
            permissions.every(entry => typeof entry === 'string' && entry.endsWith(':read')),
        expiresOn: typeof expiresOn === 'number' ? expiresOn : undefined,
    };
}

;// CONCATENATED MODULE: ./src/operations/guards.ts






const EXPIRY_WARNING_DAYS = 30;
/** @throws RefusedError if the key may only read; in a dry run that is a warning */
function checkKey({ log, clock, calendar, dryRun }, key) {
    if (key?.isReadOnly && !dryRun) {
        throw new RefusedError(printable_text `The API key may only read. Nothing was deleted. Make one with access "All" (${KEY_PAGE}).`, printable_text `the API key may only read`);
    }
    if (key?.isReadOnly)
        log.warning(printable_text `This key may only read. The real run needs one with access "All".`);
    if (key?.expiresOn !== undefined && key.expiresOn < clock.epochMs() + EXPIRY_WARNING_DAYS * DAY_MS) {
        log.warning(printable_text `The API key expires on ${calendar.format(key.expiresOn)} (${calendar.name}). Make a new one before then.`);
    }
}
/**
 * Checks the key, `max-deletions` and the remaining time, before anything is deleted.
 * @param total how many will be deleted; more than are selected if some have no id
 * @throws RefusedError if one of them does not allow the deletions
 */
function checkMayDelete(context, key, maxDeletions, total) {
    checkKey(context, key);
    if (maxDeletions !== undefined && total > maxDeletions) {
        throw new RefusedError(printable_text `${pluralize(total, 'backup')} selected, but max-deletions allows ${maxDeletions}. Nothing was deleted. Check the list, then raise the limit or select fewer.`, printable_text `${formatNumber(total)} selected, max-deletions allows ${maxDeletions}`);
    }
    const shortage = context.budget.timeShortage();
    if (total > 0 && shortage) {
        const pause = shortage.pauseMs > 0
            ? printable_text `, and a third-party storage needs a pause of ${formatSeconds(shortage.pauseMs)} before it can be listed again`
            : printable_text ``;
        throw new RefusedError(printable_text `The list of backups took ${formatSeconds(shortage.listingMs)}${pause}, so there is no time for another listing after the deletions. Nothing was deleted. Set timeout-seconds to ${shortage.suggestedSeconds} or more.`, printable_text `no time for a listing after the deletions`);
    }
}
/** Does the same for deletions by id, which may need a pause before the final listing. */
function checkMayDeleteByIds(context, key, maxDeletions, selected) {
    context.budget.reserveListingPause(expectedListingPauseMs(selected));
    checkMayDelete(context, key, maxDeletions, selected.length);
}
/**
 * Checks that the ids of an input are in the history.
 * @throws RefusedError if some are not, unless `ignoreNotFound`: then it is a warning
 */
function checkListed({ log, ledger: { firstListing = [] } }, input, ids, ignoreNotFound) {
    const listed = new Set(firstListing.map(({ id }) => id));
    const unknown = [...ids].filter(id => !listed.has(id));
    if (unknown.length === 0)
        return;
    const what = printable_text `${formatNumber(unknown.length)} of the ${input} ${conjugate('is', unknown.length)} not in the history`;
    const names = listSome(unknown);
    if (ignoreNotFound) {
        log.warning(printable_text `${what}: ${names}.`);
        return;
    }
    const purpose = input === 'backup-ids' ? printable_text `to delete the rest` : printable_text `to prune anyway and keep those that exist`;
    throw new RefusedError(printable_text `${what}: ${names}. Nothing was deleted. ${unknown.length === 1 ? 'It' : 'They'} may be deleted already, or be in the other list: check the input dump. Set ignore-not-found: true ${purpose}.`, what);
}

;// CONCATENATED MODULE: ./src/operations/delete-backups.ts




/**
 * Deletes backups by id. Each must be in the history. Without ids, nothing is sent.
 * @throws ActionError for anything but a proven success
 */
async function deleteBackups(context, inputs) {
    const { ledger, log } = context;
    if (inputs.ids.size === 0) {
        ledger.recordPlan([]);
        return;
    }
    const { listing, key } = await takeFirstListing(context);
    const selected = listing.filter(hasId).filter(({ id }) => inputs.ids.has(id));
    ledger.recordPlan(selected.sort(compareOldestFirst));
    log.printPlan(ledger, context.calendar);
    checkListed(context, 'backup-ids', inputs.ids, inputs.ignoreNotFound);
    checkMayDeleteByIds(context, key, inputs.maxDeletions, selected);
    await deleteEach(context, selected);
}

;// CONCATENATED MODULE: ./src/operations/standstill.ts



/** When to list, counted from the answer or from the last listing that was shorter than the one before. */
const LIST_AFTER_MS = [2_000, 4_000, 8_000, 15_000];
/** The history counts as unchanging after this long, or after a multiple of the longest time between two shrinkings. */
const MIN_STANDSTILL_MS = 15_000;
const STANDSTILL_FACTOR = 3;
const MIN_SPARE_MS = 500;
/** A history that the portal may still be deleting: a portal goes on after its client or a gateway has given up. */
class ShrinkingHistory {
    context;
    total;
    left;
    longestGapMs = 0;
    /** When the last DELETE was answered, or a listing was last shorter than the one before. */
    unchangedSince;
    /** @param total how many records were listed when the deleting began, as far as is known */
    constructor(context, total) {
        this.context = context;
        this.total = total;
        this.left = total;
        this.unchangedSince = this.now;
    }
    /** Whether nothing of it is left. If it was empty from the start, nothing can show that. */
    get isDeleted() {
        return this.total > 0 && this.left === 0;
    }
    /**
     * Lists the history until it is empty, or has not shrunk for so long that the portal has stopped deleting.
     * @returns whether the deleting has stopped; false: there was no time or no listing to see it
     */
    async waitForStandstill() {
        if (this.left === 0)
            return true;
        const { deadline, budget } = this.context;
        this.unchangedSince = this.now;
        for (let unchanged = 0;; unchanged++) {
            const standstillMs = Math.max(MIN_STANDSTILL_MS, STANDSTILL_FACTOR * this.longestGapMs);
            const sinceMs = this.now - this.unchangedSince;
            // Clocks are not exact to the millisecond.
            if (sinceMs + 1 >= standstillMs)
                return true;
            const waitMs = (LIST_AFTER_MS[unchanged] ?? standstillMs) - sinceMs;
            const spareMs = deadline.remainingMs() - 2 * budget.expectedListingMs - MIN_SPARE_MS;
            if (spareMs < MIN_BETWEEN_LISTINGS_MS)
                return false;
            const isLast = spareMs < waitMs;
            const pauseMs = Math.max(Math.min(waitMs, spareMs), budget.expectedListingMs, MIN_BETWEEN_LISTINGS_MS);
            if (!(await deadline.sleep(pauseMs)))
                return false;
            const change = await this.list();
            if (change === 'no-listing' || isLast)
                return false;
            if (this.left === 0) {
                await verifyStillEmpty(this.context);
                this.left = countLeft(this.context.ledger);
                if (this.left === 0)
                    return true;
            }
            if (change === 'shrunk') {
                unchanged = -1;
                this.context.log.info(printable_text `The portal is still deleting: ${pluralize(this.left, 'backup')} left.`);
            }
        }
    }
    /**
     * Lists once.
     * @param mayBeRunning whether the portal may still be deleting: if the history has shrunk, it waits for a standstill
     * @returns false: there was no time or no listing
     */
    async checkStandstill(mayBeRunning) {
        const change = await this.list();
        return change === 'shrunk' && mayBeRunning ? this.waitForStandstill() : change !== 'no-listing';
    }
    async list() {
        if (!(await listAgain(this.context)))
            return 'no-listing';
        const before = this.left;
        this.left = countLeft(this.context.ledger);
        if (this.left >= before)
            return 'unchanged';
        this.longestGapMs = Math.max(this.longestGapMs, this.now - this.unchangedSince);
        this.unchangedSince = this.now;
        return 'shrunk';
    }
    get now() {
        return this.context.clock.monotonicMs();
    }
}
/**
 * Lists an empty history once more if there is time, because one empty listing may be a mistake of the portal's. If there
 * is no second listing, the empty one does not count either.
 */
async function verifyStillEmpty(context) {
    const { deadline, budget, ledger } = context;
    const pauseMs = Math.max(MIN_BETWEEN_LISTINGS_MS, budget.expectedListingMs);
    const hasTime = deadline.remainingMs() > pauseMs + budget.expectedListingMs;
    if (!hasTime || !(await deadline.sleep(pauseMs)) || (await listAgain(context)))
        return;
    if (ledger.verification.kind === 'conclusive')
        ledger.discardVerification();
}

;// CONCATENATED MODULE: ./src/operations/history-delete.ts







/** Sends the DELETE, and sends it again only if the portal did not get it. Without a listing, nothing tells more. */
async function deleteUnverified(context, retries) {
    const { portal, ledger, clock } = context;
    for (let retry = 1;; retry++) {
        const outcome = await portal.deleteHistory({
            onSend: () => ledger.recordSentWithoutIds(),
            maxRetries: 0,
        });
        if (outcome.kind === 'confirmed')
            return;
        const mayRepeat = outcome.kind === 'not-received' && retry <= retries;
        if (!mayRepeat || !(await waitToRepeat(context, outcome.error, retry, clock.monotonicMs()))) {
            throw outcome.error;
        }
    }
}
/**
 * Sends the DELETE until the portal answers it, nothing of the history is left, or it may not be sent again.
 * @param total how many records were listed at first
 * @returns the last outcome, which tells whether the portal may still be working on any of the DELETEs
 */
async function sendHistoryDelete(context, ids, total, retries) {
    const history = new ShrinkingHistory(context, total);
    let anyMayBeRunning = false;
    for (let retry = 1;; retry++) {
        const last = await sendOnce(context, ids);
        if (last.kind === 'confirmed')
            return last;
        anyMayBeRunning ||= last.mayBeRunning;
        const failure = { ...last, mayBeRunning: anyMayBeRunning };
        if (!isUndecided(last.kind))
            return failure;
        const maxRetries = isRetryable(last.error) ? retries : 0;
        const repeat = await prepareRepeat(context, history, { last, anyMayBeRunning, retry, maxRetries });
        if (repeat === 'allowed')
            continue;
        if (repeat === 'would-delete-new')
            return { ...failure, error: explainNotRepeated(context, last.error) };
        // If this DELETE did not reach the portal, an earlier one may have.
        if (last.kind === 'not-received' && anyMayBeRunning)
            await history.waitForStandstill();
        return failure;
    }
}
/** Sends the DELETE once. If the rate limit holds it up for long, the history is listed before it is sent again. */
async function sendOnce(context, ids) {
    const { portal, ledger, clock } = context;
    for (;;) {
        const { verification } = ledger;
        let turnedAwayAt;
        try {
            return await portal.deleteHistory({
                onSend: () => ledger.recordSentForAll(ids),
                onRateLimited: () => {
                    turnedAwayAt ??= clock.monotonicMs();
                },
                isStillWanted: () => turnedAwayAt === undefined || clock.monotonicMs() - turnedAwayAt < MIN_BETWEEN_LISTINGS_MS,
                maxRetries: 0,
            });
        }
        catch (error) {
            if (error instanceof HeldBackError) {
                await listAfterDeletions(context);
                if (countNew(ledger) > 0)
                    throw new ActionError(explainNewBackups(ledger));
                continue;
            }
            if (!(error instanceof RateLimitError) || verification.kind === 'none')
                throw error;
            // The rate limit let nothing through, so the listing before still counts. That one followed an earlier DELETE.
            ledger.recordVerification(verification);
            return { kind: 'rejected-for-all', error, mayBeRunning: true };
        }
    }
}
/**
 * Waits until the DELETE may be sent again: never while the portal may still be deleting, nor after a listing with backups
 * that the first one did not have.
 */
async function prepareRepeat(context, history, { last, anyMayBeRunning, retry, maxRetries }) {
    const { ledger, clock } = context;
    const answeredAt = clock.monotonicMs();
    if (last.mayBeRunning && !(await history.waitForStandstill()))
        return 'impossible';
    if (history.isDeleted)
        return 'not-needed';
    if (retry > maxRetries)
        return 'impossible';
    // An empty history cannot show whether the portal is still at work.
    const minMs = last.mayBeRunning && history.total === 0 ? MIN_STANDSTILL_MS : 0;
    const listedAt = clock.monotonicMs();
    if (!(await waitToRepeat(context, last.error, retry, answeredAt, minMs)))
        return 'impossible';
    const isOutdated = clock.monotonicMs() - listedAt >= MIN_BETWEEN_LISTINGS_MS;
    if (isOutdated && !(await history.checkStandstill(anyMayBeRunning)))
        return 'impossible';
    if (history.isDeleted)
        return 'not-needed';
    return countNew(ledger) > 0 ? 'would-delete-new' : 'allowed';
}
function isRetryable(error) {
    return !(error instanceof NoResponseError) || error.isRetryable;
}
function explainNotRepeated({ ledger }, error) {
    return new RequestError(printable_text `${error.message} ${explainNewBackups(ledger)}`, error.kind);
}
function explainNewBackups(ledger) {
    const added = countNew(ledger);
    return printable_text `${pluralize(added, 'backup')} ${conjugate('was', added)} made meanwhile. Another DELETE would delete new backups too, so none was sent.`;
}
/** Waits before the DELETE is sent again, counted from the answer. @returns false: there is no time for that */
async function waitToRepeat({ log, clock, deadline }, error, retry, answeredAt, minMs = 0) {
    const isAnswer = error instanceof ResponseError;
    const afterMs = Math.max(minMs, waitBeforeRetry(retry, isAnswer ? error.waitMs : undefined));
    const waitMs = Math.max(0, afterMs - (clock.monotonicMs() - answeredAt));
    if (waitMs >= deadline.remainingMs())
        return false;
    const what = isAnswer ? printable_text `HTTP ${error.status}.` : error.message;
    const when = waitMs > 0 ? printable_text ` in ${formatSeconds(waitMs)}` : printable_text ``;
    log.note(printable_text `${what} The DELETE is sent again${when}.`);
    return deadline.sleep(waitMs);
}

;// CONCATENATED MODULE: ./src/operations/delete-history.ts










/**
 * Deletes the whole history with the API's one call for it, and verifies by a listing that nothing of it is left. A
 * backup that was made meanwhile is no failure.
 * @throws ActionError for anything but a proven success; with `verify: false`, a reported one
 */
async function deleteHistory(context, inputs) {
    const { ledger, log, calendar } = context;
    if (!inputs.verify)
        return deleteUnverified(context, inputs.retries);
    const { listing: first, key } = await takeFirstListing(context);
    const listing = await confirmEmpty(context, first, inputs.maxDeletions);
    const selected = listing.filter(hasId).sort(compareOldestFirst);
    ledger.recordPlan(selected);
    log.printPlan(ledger, calendar);
    const withoutId = countWithoutId(listing);
    if (withoutId > 0) {
        log.warning(printable_text `${pluralize(withoutId, 'record')} of the history without a readable id will be deleted too, but ${conjugate('is', withoutId)} not counted in the outputs. max-deletions counts ${withoutId === 1 ? 'it' : 'them'}.`);
    }
    checkMayDelete(context, key, inputs.maxDeletions, listing.length);
    if (context.dryRun)
        return;
    const total = listing.length;
    const ids = selected.map(({ id }) => id);
    const outcome = await sendHistoryDelete(context, ids, total, inputs.retries);
    const problems = await judge(context, outcome, total);
    if (problems.length > 0)
        throw new ActionError(join(problems, ' '));
}
/** @returns what speaks against a success; empty: nothing */
async function judge(context, outcome, total) {
    switch (outcome.kind) {
        case 'confirmed': {
            const problems = await verifyEmpty(context, total);
            const left = explainLeft(context.ledger, total);
            if (left.length > 0)
                left.push(REPORTED_SUCCESS);
            return [...problems, ...left];
        }
        case 'not-received':
        case 'unanswered':
            return judgeUnanswered(context, outcome, total);
        default: {
            // A refusal of every request changed nothing, and a listing would be refused too.
            const needsListing = outcome.kind !== 'rejected-for-all' || outcome.mayBeRunning;
            const problems = needsListing ? await takeFinalListing(context) : [];
            return [outcome.error.message, ...problems, ...explainLeft(context.ledger, total)];
        }
    }
}
async function judgeUnanswered(context, { error, mayBeRunning }, total) {
    const { ledger, log } = context;
    const problems = await takeFinalListing(context);
    // If the portal may not have received the DELETE, one empty listing is not enough.
    const needsProof = total > 0 && !mayBeRunning && problems.length === 0 && countLeft(ledger) === 0;
    if (needsProof) {
        await verifyStillEmpty(context);
        problems.push(...(await takeFinalListing(context)));
    }
    const deleted = ledger.withStatus('deleted').length;
    if (deleted > 0)
        log.warning(explainUnanswered(deleted));
    // The listing decides, but it proves nothing about records that were never listed.
    const isProven = problems.length === 0 && countLeft(ledger) === 0 && total > 0;
    return isProven ? [] : [error.message, ...problems, ...explainLeft(ledger, total)];
}
function explainLeft(ledger, total) {
    const left = countLeft(ledger);
    if (left === 0)
        return [];
    const names = ledger.withStatus('still-listed').map(describeBackup);
    return [
        printable_text `${formatNumber(left)} of ${pluralize(total, 'backup')} ${conjugate('is', left)} still listed${names.length > 0 ? printable_text `: ${listSome(names)}` : ''}.`,
    ];
}
/**
 * Lists an empty history once more if there is a limit: one empty listing may be a mistake of the portal's, and the
 * DELETE is sent for an empty history too.
 * @returns the second listing, or the first one
 */
async function confirmEmpty({ portal, ledger, deadline, dryRun }, listing, maxDeletions) {
    if (listing.length > 0 || maxDeletions === undefined || dryRun)
        return listing;
    await deadline.sleep(MIN_BETWEEN_LISTINGS_MS);
    const again = await portal.listBackups();
    ledger.firstListing = again;
    return again;
}
/** Lists until the history is empty or has stopped shrinking. @returns what is wrong with the listings */
async function verifyEmpty(context, total) {
    const { ledger } = context;
    const problems = await takeFinalListing(context);
    if (problems.length > 0) {
        return [printable_text `The portal reported that the history is deleted, but no listing proves it.`, ...problems];
    }
    // Once the list has shrunk, the wait below is the right one.
    const countLagging = () => (countLeft(ledger) < total ? 0 : total);
    await repeatWhileLagging(context, countLagging, () => listAgain(context));
    const left = countLeft(ledger);
    if (left > 0 && left < total)
        await new ShrinkingHistory(context, left).waitForStandstill();
    return takeFinalListing(context);
}
/** Takes a final listing, unless there is one. @returns why there is none, or why it proves nothing */
async function takeFinalListing(context) {
    const { ledger } = context;
    if (ledger.verification.kind === 'none') {
        try {
            await listAfterDeletions(context);
        }
        catch (error) {
            if (error instanceof ActionError)
                return [error.message];
            throw error;
        }
    }
    const { verification } = ledger;
    return verification.kind === 'inconclusive' ? [explainInconclusive(verification.reason)] : [];
}

;// CONCATENATED MODULE: ./src/operations/delete-schedule.ts





/**
 * Deletes the backup schedule, and checks that it is gone. If there is none, no DELETE is sent: each one leaves an entry
 * in the portal's audit trail.
 * @throws ActionError for anything but a proven success; with `verify: false`, a reported one
 */
async function deleteSchedule(context, { verify }) {
    const { portal, ledger, log } = context;
    ledger.recordPlan([]);
    if (verify) {
        const [schedule, key] = await Promise.all([portal.getSchedule(), portal.getKey()]);
        ledger.schedule = schedule ?? 'none';
        if (schedule)
            log.info(printable_text `The schedule: ${schedule.description}.`);
        checkKey(context, key);
        if (!schedule)
            return;
    }
    log.info(printable_text `Existing backups stay. Once the schedule is gone, the portal no longer removes old scheduled copies.`);
    if (context.dryRun)
        return;
    const outcome = await portal.deleteSchedule({ onSend: () => ledger.recordSentWithoutIds() });
    if (outcome.kind !== 'confirmed' && !(isUndecided(outcome.kind) && verify))
        throw outcome.error;
    if (!verify)
        return;
    const isConfirmed = outcome.kind === 'confirmed';
    let isThere;
    try {
        isThere = await isStillThere(context, isConfirmed || outcome.mayBeRunning);
    }
    catch (error) {
        if (!(error instanceof ActionError))
            throw error;
        const what = isConfirmed
            ? printable_text `The portal reported that the schedule is deleted, but that could not be checked.`
            : outcome.error.message;
        throw new ActionError(join([what, error.message], ' '));
    }
    if (!isThere)
        return;
    throw isConfirmed
        ? new ActionError(printable_text `The portal reported success, but the schedule is still there; see the portal's log.`)
        : outcome.error;
}
async function isStillThere(context, mayLag) {
    const { portal } = context;
    let schedule = await portal.getSchedule();
    await repeatWhileLagging(context, () => (mayLag && schedule ? 1 : 0), async () => {
        try {
            schedule = await portal.getSchedule();
        }
        catch (error) {
            // Without an answer, the check before still counts.
            if (!(error instanceof ActionError))
                throw error;
        }
    });
    return schedule !== undefined;
}

;// CONCATENATED MODULE: ./src/retention/ignored.ts


/**
 * Splits the history into what the policy looks at and what it ignores. It ignores a backup dated more than a day ahead:
 * one made under a wrong clock would be the newest for years, and `keep-last: 1` would delete all real ones.
 * @returns both in the order of the history
 */
function splitIgnored(history, settings) {
    const backups = [];
    const ignored = [];
    for (const record of history) {
        if (record.kind === 'unreadable') {
            ignored.push({ record, reason: record.problem, deservesWarning: true });
            continue;
        }
        const why = findReasonToIgnore(record, settings);
        if (why)
            ignored.push({ record, ...why });
        else
            backups.push(record);
    }
    return { backups, ignored };
}
/** The reasons that need no warning come first: the date of a backup in another storage type does not matter. */
function findReasonToIgnore({ expiresOn, storageType, createdOn }, { storageTypes, now }) {
    if (expiresOn !== undefined) {
        return { reason: printable_text `temporary: the portal removes it`, deservesWarning: false };
    }
    if (storageTypes && !storageTypes.has(storageType)) {
        return { reason: printable_text `not one of storage-types`, deservesWarning: false };
    }
    if (createdOn <= now + DAY_MS)
        return undefined;
    const reason = printable_text `dated ${UTC.format(createdOn)} UTC, more than a day ahead of this machine's clock`;
    return { reason, deservesWarning: true };
}

;// CONCATENATED MODULE: ./src/retention/plan.ts





/**
 * Applies a retention policy to each storage type separately, as restic does to each host and path: a nightly copy on
 * the server must not replace the weekly one elsewhere. The rules are those of `restic forget` (`ApplyPolicy` in its
 * `internal/data/snapshot_policy.go`): a backup is kept if any rule keeps it; only periods with backups count, and the
 * newest backup of each is kept; the oldest backup is also kept while a rule has counts left or reaches back to it.
 * @param backups in any order, without those that `splitIgnored` ignores
 * @throws RefusedError if nothing would be left of a storage type
 */
function planRetention(backups, policy, settings) {
    const newestFirst = [...backups].sort(compareNewestFirst);
    const groups = [];
    for (const storageType of STORAGE_TYPES) {
        const own = newestFirst.filter(backup => backup.storageType === storageType);
        if (own.length === 0)
            continue;
        const group = planGroup(own, policy, settings);
        // A duration may keep nothing, such as `keep-within: 1h` in the hour that the end of summer time repeats.
        if (group.kept.length === 0) {
            throw new RefusedError(printable_text `The rules would leave no backup of storage type ${storageType}. Nothing was deleted. Add one that always keeps some, such as keep-last: 1.`, printable_text `the rules would leave none of ${storageType}`);
        }
        groups.push(group);
    }
    return {
        kept: groups.flatMap(({ kept }) => kept).sort((a, b) => compareNewestFirst(a.backup, b.backup)),
        selected: groups.flatMap(({ selected }) => selected).sort((a, b) => compareNewestFirst(b, a)),
    };
}
const NO_EDGE = Number.NEGATIVE_INFINITY;
/** @param newestFirst all of one storage type, at least one */
function planGroup(newestFirst, policy, { pinned, calendar, now }) {
    const candidates = newestFirst.map((backup) => ({ backup, reasons: [] }));
    const latest = newestFirst.find(({ createdOn }) => createdOn < now);
    for (const rule of listRules(policy, calendar, latest?.createdOn))
        applyRule(rule, candidates);
    for (const { backup, reasons } of candidates) {
        if (pinned.has(backup.id))
            reasons.push(printable_text `pinned`);
    }
    return {
        kept: candidates.filter(({ reasons }) => reasons.length > 0),
        selected: candidates.filter(({ reasons }) => reasons.length === 0).map(({ backup }) => backup),
    };
}
function applyRule({ reason, periodOf, count, edge }, newestFirst) {
    const oldest = newestFirst.at(-1);
    let left = count;
    let current = Number.NaN;
    for (const candidate of newestFirst) {
        const { createdOn } = candidate.backup;
        // The edge is NaN if a duration reaches beyond all dates. A comparison with NaN is false, so the backup is kept.
        if (left === 0 || createdOn <= edge)
            return;
        const period = periodOf(createdOn);
        const isNew = period !== current;
        if (!isNew && candidate !== oldest)
            continue;
        candidate.reasons.push(isNew ? reason : printable_text `oldest ${reason}`);
        current = period;
        left--;
    }
}
/**
 * Converts a policy to rules, in the order in which restic lists them as reasons.
 * @param latest the time of the newest backup that is not in the future: durations count back from it
 */
function listRules(policy, calendar, latest) {
    // NaN equals nothing, not even itself: for rules without a period, each backup is a period of its own.
    const periodsOf = { ...calendar, last: () => Number.NaN };
    const rules = [];
    function addWithin(name, period, duration) {
        if (!isSet(duration))
            return;
        const reason = printable_text `${name} ${formatDuration(duration)}`;
        // Without one, restic counts from the year 1, so everything is within the duration.
        const edge = latest === undefined ? NO_EDGE : calendar.subtract(latest, duration);
        rules.push({ reason, periodOf: periodsOf[period], count: UNLIMITED, edge });
    }
    addWithin(printable_text `within`, 'last', policy.within);
    for (const period of COUNT_RULES) {
        const count = policy.counts[period];
        rules.push({
            reason: printable_text `${period}`,
            periodOf: periodsOf[period],
            count,
            edge: NO_EDGE,
        });
    }
    for (const period of PERIODS)
        addWithin(printable_text `${period} within`, period, policy.withinPeriods[period]);
    return rules;
}

;// CONCATENATED MODULE: ./src/operations/prune-history.ts











/** The most copies that the portal's schedule can keep. */
const MAX_COPIES = 30;
/**
 * Deletes what a retention policy does not keep. It ignores temporary backups, other storage types, unreadable records
 * and backups that are dated more than a day ahead.
 * @throws ActionError for anything but a proven success
 */
async function pruneHistory(context, inputs) {
    const { ledger, log, calendar, clock } = context;
    const now = clock.epochMs();
    const { listing, key } = await takeFirstListing(context);
    const { backups, ignored } = splitIgnored(listing, { storageTypes: inputs.storageTypes, now });
    ledger.ignored = ignored;
    warnAboutUnusableRecords(context, ignored);
    const plan = planRetention(backups, inputs.policy, { pinned: inputs.pinned, calendar, now });
    ledger.recordPlan(plan.selected, plan.kept);
    log.printPlan(ledger, calendar);
    checkListed(context, 'keep-ids', inputs.pinned, inputs.ignoreNotFound);
    warnAboutTemporaryPins(context, listing, inputs.pinned);
    if (inputs.requireBackupWithin)
        checkNewest(context, backups, inputs.requireBackupWithin, now);
    // People try a policy in a dry run. A real one needs no further request for that.
    if (context.dryRun)
        await warnAboutFewCopies(context, inputs.policy);
    checkMayDeleteByIds(context, key, inputs.maxDeletions, plan.selected);
    await deleteEach(context, plan.selected, inputs.pinned);
}
function warnAboutUnusableRecords({ log }, ignored) {
    const unusable = ignored.filter(({ deservesWarning }) => deservesWarning);
    if (unusable.length === 0)
        return;
    const names = unusable.map(({ record: { id, name }, reason }) => printable_text `${id ?? name} (${reason})`);
    log.warning(printable_text `${pluralize(unusable.length, 'record')} of the history ignored: ${listSome(names)}.`);
}
/** A pin stops this action, but not the portal, which removes temporary backups itself. */
function warnAboutTemporaryPins({ log }, listing, pinned) {
    const temporary = listing.filter(hasId).filter(({ expiresOn }) => expiresOn !== undefined);
    const names = temporary.map(({ id }) => id).filter(id => pinned.has(id));
    if (names.length === 0)
        return;
    log.warning(printable_text `keep-ids cannot keep temporary backups, which the portal removes itself: ${listSome(names)}.`);
}
/**
 * Checks that backups are still made. Otherwise pruning would hide that they stopped.
 * @throws RefusedError if the newest backup is older than `within`, counted from now, or if there is none
 */
function checkNewest({ calendar, ledger }, backups, within, now) {
    const span = formatDuration(within);
    if (backups.length === 0) {
        throw new RefusedError(printable_text `There is no backup that the rules look at, and require-backup-within is ${span}. Nothing was deleted. Are backups still made? A full storage or a full disk stops them too.`, printable_text `there is no backup`);
    }
    const makeRoom = ledger.selected?.length === 0
        ? printable_text ``
        : printable_text ` To make room by this prune, run it once without require-backup-within.`;
    const newest = backups.reduce((a, b) => (a.createdOn > b.createdOn ? a : b));
    if (newest.createdOn < calendar.subtract(now, within)) {
        throw new RefusedError(printable_text `The newest backup is from ${calendar.format(newest.createdOn)} (${calendar.name}), older than require-backup-within allows (${span}). Nothing was deleted. Are backups still made? A full storage or a full disk stops them too.${makeRoom}`, printable_text `the newest backup is older than ${span}`);
    }
}
/** The portal's schedule keeps a limited number of copies. No rule of this action brings back what it removed. */
async function warnAboutFewCopies({ portal, log }, policy) {
    const copies = (await portal.getScheduleIfAvailable())?.copies;
    const largest = findMaxCount(policy);
    const sum = addCounts(policy);
    if (copies === undefined || copies >= Math.max(largest, Math.min(sum, MAX_COPIES)))
        return;
    const effect = copies < largest
        ? printable_text `a rule keeps ${largest === UNLIMITED ? 'all' : largest}, so the portal removes copies that the rule would keep`
        : printable_text `the rules together keep up to ${sum}, so the portal may have removed some of those already`;
    const canKeepMore = copies < MAX_COPIES ? printable_text ` The schedule can keep up to ${MAX_COPIES}.` : printable_text ``;
    log.warning(printable_text `The portal's own schedule keeps ${copies} scheduled copies, and ${effect}.${canKeepMore} It never removes backups that were made by hand.`);
}

;// CONCATENATED MODULE: ./src/portal/answers/body-form.ts

/** @param isChallenge whether a header says that it is a bot check */
function findBodyForm(status, body, contentType, isChallenge) {
    const isChallengePage = [403, 503].includes(status) && body.includes('/cdn-cgi/challenge-platform/');
    if (isChallenge || isChallengePage)
        return 'bot-check';
    if (body === '')
        return 'empty';
    const json = parseJson(body);
    if (isOwnError(json, status)) {
        return status === 403 && readMessage(json) === 'Access denied' ? 'access-denied' : 'own-error';
    }
    // The framework may put its own errors into an envelope.
    const hasTitle = [json, readProperty(json, 'response')].some(part => readProperty(part, 'title') !== undefined);
    if (contentType.startsWith('application/problem+json') || hasTitle)
        return 'problem-details';
    return isHtml(body, contentType) ? 'html' : 'other';
}
function isHtml(body, contentType) {
    return contentType.includes('html') || /^\s*</.test(body);
}
/** Whether it is a complete error of the server's own. Gateways also send an `error` with a `message`. */
function isOwnError(json, status) {
    return (typeof readMessage(json) === 'string' &&
        readProperty(json, 'status') === 1 &&
        readProperty(json, 'statusCode') === status);
}
function readMessage(json) {
    return readProperty(readProperty(json, 'error'), 'message');
}

;// CONCATENATED MODULE: ./src/portal/answers/statuses.ts



const REFUSED = printable_text `the portal refused the request; see its log.`;
const BOT_CHECK = {
    kind: 'rejected-for-all',
    advice: printable_text `a bot check in front of the portal answered, which only a browser passes. Exempt /api/2.0/ from it, or use a self-hosted runner that it lets through.`,
};
const NO_API = {
    kind: 'rejected-on-the-way',
    advice: printable_text `there is no such API at this URL. Check portal-url, and the version of the portal (3.1 or newer).`,
};
const DOWN = {
    kind: 'not-received',
    advice: printable_text `the portal or its backup service is down. Run again when it is back.`,
};
/** nginx also sends 502 for a request that the service already has. */
const BROKE_OFF = { kind: 'unanswered', advice: DOWN.advice };
const TOO_SLOW = {
    kind: 'unanswered',
    advice: printable_text `the gateway gave up waiting, and the portal may still be at work. Run again later.`,
};
const UNREACHED = {
    kind: 'not-received',
    advice: printable_text `the gateway in front of the portal cannot reach it. Run again when it is back.`,
};
const GATEWAY_FAILED = {
    kind: 'unanswered',
    advice: printable_text `a gateway in front of the portal failed. Check its log, then run again.`,
};
const FAILED = {
    kind: 'rejected-by-portal',
    advice: ({ isFirstContact, method }) => printable_text `the portal failed to process the request; see its log.${isFirstContact ? ' A hosted portal also answers like this if its name in portal-url is wrong: check that.' : ''}${method === 'GET' ? ' If it was the list of backups, look for a storage whose account is disconnected.' : ''}`,
};
const MEANINGS = {
    '400': {
        kind: 'rejected-on-the-way',
        advice: printable_text `the portal does not understand the request. It may be too old for this action.`,
    },
    '400 html': {
        kind: 'rejected-on-the-way',
        advice: printable_text `a web server or proxy refused the request. Check scheme and port of portal-url.`,
    },
    '400 own-error': {
        kind: 'rejected-by-portal',
        advice: ({ isSingleBackup }) => isSingleBackup
            ? printable_text `the portal could not delete this backup's file. Is the account of its storage still connected?`
            : REFUSED,
    },
    '401': {
        kind: 'rejected-for-all',
        advice: printable_text `the portal does not accept the token. Is the key complete, without quotes, active and not expired (${KEY_PAGE}), and is it a key of the portal that portal-url names? A portal older than 3.1 knows no API keys.`,
    },
    '402': {
        kind: 'rejected-for-all',
        advice: printable_text `the portal is unpaid, or its licence has expired. Renew it, then run again.`,
    },
    '402 own-error': {
        kind: 'rejected-for-all',
        advice: printable_text `the plan or the quota of the portal does not allow this.`,
    },
    '403': {
        kind: 'rejected-for-all',
        advice: printable_text `access is blocked, perhaps by IP restrictions or a firewall. Allow this runner's address, or use a key made by the Owner, to whom IP restrictions do not apply.`,
    },
    '403 html': {
        kind: 'rejected-on-the-way',
        advice: printable_text `a firewall or proxy in front of the portal refused the request. Allow this runner's address there.`,
    },
    '403 empty': {
        kind: 'rejected-for-all',
        advice: ({ method }) => method === 'DELETE'
            ? printable_text `the API key may not write. Make one with access "All" (${KEY_PAGE}).`
            : printable_text `the API key may not even read. Make one with access "All" (${KEY_PAGE}).`,
    },
    '403 access-denied': {
        kind: 'rejected-by-portal',
        advice: ({ isSingleBackup }) => isSingleBackup
            ? printable_text `access denied. The listing was allowed, so this concerns this backup's file: the portal's own process may not delete it.`
            : printable_text `access denied. The token's user must be the Owner or a DocSpace admin of the portal; dump: true works on a self-hosted server only.`,
    },
    '403 own-error': {
        kind: 'rejected-by-portal',
        advice: ({ isSingleBackup }) => isSingleBackup ? printable_text `the portal refused to delete this backup; see its log.` : REFUSED,
    },
    '403 problem-details': {
        kind: 'rejected-for-all',
        advice: printable_text `the portal is busy: it is being restored, moved or encrypted. Run again when that is over.`,
    },
    '404': NO_API,
    '404 own-error': { kind: 'rejected-by-portal', advice: printable_text `the portal found nothing; see its log.` },
    '404 problem-details': {
        kind: 'rejected-for-all',
        advice: printable_text `the portal is suspended or removed. Activate it again, or check portal-url.`,
    },
    '405': NO_API,
    '408': TOO_SLOW,
    // Only if it cannot be waited for, and for a request that the run can do without.
    '429': {
        kind: 'rejected-for-all',
        advice: printable_text `the rate limit of the portal is reached. Run again later.`,
    },
    '502': BROKE_OFF,
    '503': DOWN,
    '504': TOO_SLOW,
    '520': TOO_SLOW,
    '521': UNREACHED,
    '522': TOO_SLOW,
    '523': UNREACHED,
    '524': TOO_SLOW,
    '530': UNREACHED,
};
const OTHER = {
    kind: 'rejected-on-the-way',
    advice: printable_text `DocSpace never sends this status. Check proxies between the runner and the portal.`,
};
function findMeaning(status, form) {
    if (form === 'bot-check')
        return BOT_CHECK;
    const row = MEANINGS[`${status} ${form}`] ?? MEANINGS[`${status}`];
    if (row)
        return row;
    if (status < 500)
        return OTHER;
    return form === 'own-error' ? FAILED : GATEWAY_FAILED;
}
/** Only the body of these tells the reason. */
const STATUSES_EXPLAINED_BY_BODY = [400, 403, 404];
const REASON_UNREADABLE = printable_text `the answer could not be read to its end, and it holds the reason. Run again; if that does not help, see the portal's log.`;
// A 304 points nowhere: a cache in between answered.
const NO_CACHE = printable_text `a cache between the runner and the portal answered. The portal's API must be reached without one.`;
const BLOCKED = printable_text `other requests were answered, so something in front of the portal may block DELETE requests. Allow them there.`;
/** Whether something other than the portal, which has answered before, refused a DELETE. */
function isBlocked(status, form, { method, isFirstContact }) {
    const isForeign = form === 'html' || form === 'other' || (form === 'empty' && status !== 403);
    return method === 'DELETE' && !isFirstContact && isForeign && [400, 403, 404, 405].includes(status);
}
/**
 * Explains an answer with a status other than 200.
 * @param redirect the advice for a status of 300 to 399
 */
function explainStatus(status, form, request, redirect) {
    if (status >= 300 && status < 400) {
        return { kind: 'rejected-for-all', advice: status === 304 ? NO_CACHE : redirect };
    }
    const { kind, advice } = findMeaning(status, form);
    if (form === 'unreadable' && STATUSES_EXPLAINED_BY_BODY.includes(status)) {
        return { kind, advice: REASON_UNREADABLE };
    }
    if (isBlocked(status, form, request))
        return { kind, advice: BLOCKED };
    return { kind, advice: typeof advice === 'function' ? advice(request) : advice };
}
/** Whether this error to the DELETE of one backup says that nothing is left of it: neither its record nor its file. */
function isAlreadyGone(status, form, { isSingleBackup }) {
    return isSingleBackup && status === 404 && form === 'own-error';
}
/** Whether something in front of the portal sent this error, and the same request may succeed later. */
function isGatewayError(status, form) {
    return isUndecided(findMeaning(status, form).kind);
}
/** Whether the portal may still be working on a request that got this error. */
function mayBeRunningBehind(status, form) {
    return findMeaning(status, form).kind === 'unanswered';
}

;// CONCATENATED MODULE: ./src/portal/answers/envelope.ts






/**
 * Takes the `response` out of a successful answer: HTTP 200, and an envelope that does not contradict itself.
 * @returns `undefined` if the envelope has no `response`
 * @throws ResponseError for anything else, with what to do about it
 */
function readResponse(answer, request) {
    const { where, status, body, bodyProblem } = answer;
    if (status !== 200)
        throw createStatusError(answer, request);
    if (bodyProblem)
        throw createInvalidResponseError(where, bodyProblem);
    if (countParts(body) > MAX_PARTS) {
        throw createInvalidResponseError(where, printable_text `the answer has more than ${MAX_PARTS} parts.`);
    }
    const envelope = parseJson(body);
    if (typeof envelope !== 'object' || envelope === null) {
        throw createInvalidResponseError(where, explainNoJson(answer));
    }
    const contradiction = findContradiction(envelope);
    if (contradiction) {
        throw createInvalidResponseError(where, printable_text `the answer does not report success: ${contradiction}. See the portal's log.`);
    }
    return readProperty(envelope, 'response');
}
/** The error for an HTTP 200 that is no success. */
function createInvalidResponseError(where, why) {
    return new ResponseError(printable_text `HTTP 200 from ${where}, but ${why}`, 'rejected-on-the-way', 200);
}
function createUnexpectedResponseError(where, expected) {
    return createInvalidResponseError(where, printable_text `its "response" is not ${expected}. Check the portal's version and log.`);
}
function findContradiction(envelope) {
    if (readProperty(envelope, 'status') !== 0)
        return printable_text `"status" is not 0`;
    const response = readProperty(envelope, 'response') ?? undefined;
    // If the missing response is itself the answer, the rest must be complete: other software also sends `status: 0`.
    const statusCode = readProperty(envelope, 'statusCode') ?? (response === undefined ? undefined : 200);
    if (statusCode !== 200)
        return printable_text `"statusCode" is not 200`;
    if ((readProperty(envelope, 'error') ?? null) !== null)
        return printable_text `it has an "error"`;
    const count = readProperty(envelope, 'count') ?? undefined;
    if (readProperty(envelope, 'response') === undefined && count !== undefined && count !== 0) {
        return printable_text `it has no "response", but "count" is not 0`;
    }
    if (Array.isArray(response) && count !== undefined && count !== response.length) {
        return printable_text `"count" is not the length of the list`;
    }
    const total = readProperty(envelope, 'total');
    if (Array.isArray(response) && typeof total === 'number' && total > response.length) {
        return printable_text `the list is not complete, because "total" is larger than its length`;
    }
    return undefined;
}
function explainNoJson({ body, contentType }) {
    if (body === '')
        return printable_text `the answer is empty. It proves nothing.`;
    if (isHtml(body, contentType)) {
        return printable_text `the answer is a web page: there is no DocSpace API at this URL. Check portal-url.`;
    }
    if (/^\s*[[{]/.test(body)) {
        return printable_text `the answer is incomplete: its JSON breaks off or is damaged. Run again; if that does not help, check any proxy in between.`;
    }
    return printable_text `the answer is not JSON. Check portal-url, and any proxy in between.`;
}
function createStatusError(answer, request) {
    const { where, status, form, redirect, waitMs } = answer;
    const { kind, advice } = explainStatus(status, form, request, redirect);
    const isWaitedFor = status === 429 || isUndecided(kind);
    const wait = waitMs === undefined || !isWaitedFor ? printable_text `` : printable_text ` It asks to wait ${formatWholeSeconds(waitMs)}.`;
    return new ResponseError(printable_text `HTTP ${status} from ${where}: ${advice}${wait}`, kind, status, waitMs);
}
/** Lists and objects in an answer. A history of 10,000 records has 10,000; 8 MiB of them took 1.5 GB of memory. */
const MAX_PARTS = 400_000;
function countParts(body) {
    let parts = 0;
    for (const character of body)
        if (character === '{' || character === '[')
            parts++;
    return parts;
}

;// CONCATENATED MODULE: ./src/portal/history.ts




/**
 * Reads a listing of the history. An id that is listed twice becomes one unreadable record: a rule could keep one entry
 * and delete the other, which is the same backup.
 * @param items the `response` of `GET getbackuphistory`
 * @param redact applied to the names
 */
function parseHistory(items, redact) {
    const byId = new Map();
    const withoutId = [];
    for (const item of items) {
        const record = parseRecord(item, redact);
        if (!hasId(record)) {
            withoutId.push(record);
        }
        else if (!byId.has(record.id)) {
            byId.set(record.id, record);
        }
        else {
            const { id, name, storageType, expiresOn } = record;
            const problem = printable_text `its id is listed twice`;
            byId.set(id, { kind: 'unreadable', id, name, storageType, expiresOn, problem });
        }
    }
    return [...byId.values(), ...withoutId];
}
function parseRecord(item, redact) {
    const name = parseName(readProperty(item, 'fileName'), redact);
    const id = parseBackupId(readProperty(item, 'id'));
    const storageType = parseStorageType(readProperty(item, 'storageType'));
    const createdOn = parseTime(readProperty(item, 'createdOn'));
    const expiry = parseTime(readProperty(item, 'expiresOn') ?? NEVER);
    const expiresOn = expiry === 'never' ? undefined : expiry;
    const unreadable = (problem) => {
        return { kind: 'unreadable', id, name, storageType, expiresOn, problem };
    };
    if (!id)
        return unreadable(printable_text `its id is not a GUID`);
    if (typeof createdOn !== 'number')
        return unreadable(printable_text `its createdOn is missing or cannot be read`);
    if (expiry === undefined)
        return unreadable(printable_text `its expiresOn cannot be read`);
    if (!storageType)
        return unreadable(printable_text `its storageType is missing or unknown`);
    return { kind: 'backup', id, name, storageType, createdOn, expiresOn };
}
function parseName(fileName, redact) {
    const name = typeof fileName === 'string' ? sanitize(fileName, redact) : printable_text ``;
    return name.trim() === '' ? printable_text `(no name)` : name;
}

;// CONCATENATED MODULE: ./src/portal/schedule.ts



const CRON_PERIODS = ['daily', 'weekly', 'monthly'];
/**
 * Reads a schedule. A field that cannot be read becomes `?`. `storageParams` may hold credentials and is not read.
 * @param response the `response` of `GET getbackupschedule`
 */
function parseSchedule(response) {
    const cron = readProperty(response, 'cronParams');
    const [day, hour] = [readInteger(cron, 'day'), readInteger(cron, 'hour')];
    const period = CRON_PERIODS[readInteger(cron, 'period') ?? -1] ?? '?';
    const copies = readInteger(response, 'backupsStored');
    const storage = parseStorageType(readProperty(response, 'storageType')) ?? '?';
    // The server and its web page number the days of the week differently.
    const on = period === 'daily' ? printable_text `` : printable_text ` day ${day ?? '?'} (as the API counts),`;
    const at = printable_text `at ${hour ?? '?'}:00 in the portal's time zone`;
    return { description: printable_text `${period},${on} ${at}, keeping ${copies ?? '?'} copies, in ${storage}`, copies };
}
function readInteger(value, name) {
    const number = readProperty(value, name);
    return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

;// CONCATENATED MODULE: ./src/portal/api.ts








/** A history of 10,000 backups is about 2 MB. */
const MAX_HISTORY_BYTES = 8 * 1024 * 1024;
const MAX_RECORDS = 200_000;
/** How long the run waits for information that it can do without. */
const MAX_OPTIONAL_MS = 5_000;
const MAX_OPTIONAL_SHARE = 0.25;
function createPortal(client, deadline, budget, { dump, isApiKey, redact }) {
    const scheduleQuery = dump === undefined ? '' : `?Dump=${dump}`;
    const historyQuery = `?Dump=${dump ?? false}`;
    function collectFacts({ method, isSingleBackup = false }) {
        return { method, isSingleBackup, isFirstContact: !client.hasAnswered };
    }
    async function get(request) {
        const getRequest = { method: 'GET', ...request };
        const facts = collectFacts(getRequest);
        const { result } = await client.send(getRequest);
        if (result instanceof NoResponseError)
            throw result;
        return { response: readResponse(result, facts), answer: result };
    }
    async function list(options) {
        const path = `/api/2.0/backup/getbackuphistory${historyQuery}`;
        try {
            return await get({
                path,
                maxBytes: MAX_HISTORY_BYTES,
                minMs: budget.expectedListingMs,
                isListing: true,
                ...options,
            });
        }
        catch (error) {
            if (!(error instanceof ResponseError) || error.status !== 504)
                throw error;
            throw new ResponseError(printable_text `${error.message} The list takes longer than the gateway in front of the portal allows, which timeout-seconds cannot change. Raise the gateway's limit.`, error.kind, error.status, error.waitMs);
        }
    }
    async function remove(request) {
        const deleteRequest = { method: 'DELETE', ...request };
        const facts = collectFacts(deleteRequest);
        const { result, mayBeRunning } = await client.send(deleteRequest);
        const error = result instanceof NoResponseError ? result : findFailure(result, facts);
        if (!error)
            return { kind: 'confirmed' };
        return { kind: error.kind, error, mayBeRunning };
    }
    /** @returns `undefined` if the answer reports success */
    function findFailure(answer, facts) {
        if (isAlreadyGone(answer.status, answer.form, facts))
            return undefined;
        try {
            return readResponse(answer, facts) === true
                ? undefined
                : createUnexpectedResponseError(answer.where, 'true');
        }
        catch (error) {
            if (error instanceof ResponseError)
                return error;
            throw error;
        }
    }
    /** Requests information that the run can do without: once, and only for a short time. */
    async function getOptional(request) {
        try {
            const maxMs = Math.min(MAX_OPTIONAL_MS, deadline.remainingMs() * MAX_OPTIONAL_SHARE);
            return await deadline.withTimeout(maxMs, signal => request({ maxRetries: 0, maxMs, isOptional: true, signal }));
        }
        catch (error) {
            if (error instanceof ActionError)
                return undefined;
            throw error;
        }
    }
    async function getSchedule(options) {
        const path = `/api/2.0/backup/getbackupschedule${scheduleQuery}`;
        const { response, answer } = await get({ path, ...options });
        if (response === undefined || response === null)
            return undefined;
        if (typeof response !== 'object' || Array.isArray(response)) {
            throw createUnexpectedResponseError(answer.where, 'a schedule');
        }
        return parseSchedule(response);
    }
    async function getKey(options) {
        const { response } = await get({ path: '/api/2.0/keys/@self', ...options });
        return parseKey(response);
    }
    return {
        getSchedule: () => getSchedule(),
        getScheduleIfAvailable: () => getOptional(getSchedule),
        getKey: async () => (isApiKey ? getOptional(getKey) : undefined),
        async listBackups(options = {}) {
            const { response, answer } = await list(options);
            if (!Array.isArray(response))
                throw createUnexpectedResponseError(answer.where, 'a list');
            if (response.length > MAX_RECORDS) {
                throw createInvalidResponseError(answer.where, printable_text `the list has more than ${MAX_RECORDS} records, which no portal has. Check portal-url, and any proxy in between.`);
            }
            budget.recordListing(answer.tookMs);
            return parseHistory(response, redact);
        },
        deleteSchedule: options => remove({ path: `/api/2.0/backup/deletebackupschedule${scheduleQuery}`, ...options }),
        deleteHistory: options => remove({ path: `/api/2.0/backup/deletebackuphistory${historyQuery}`, ...options }),
        async deleteBackup(id, options) {
            const request = { isSingleBackup: true, ...options };
            const outcome = await remove({ path: `/api/2.0/backup/deletebackup/${id}`, ...request });
            if (!isNotFoundOnTheWay(outcome))
                return outcome;
            try {
                const byAlias = await remove({ path: `/api/2.0/portal/deletebackup/${id}`, ...request });
                if (byAlias.kind === 'confirmed')
                    return byAlias;
                return { ...byAlias, mayBeRunning: outcome.mayBeRunning || byAlias.mayBeRunning };
            }
            catch (error) {
                if (error instanceof NotSentError)
                    return outcome;
                throw error;
            }
        },
    };
}
/**
 * Whether another service answered. The nginx that DocSpace ships sends ids that begin with `feed` there. Its alias
 * `/api/2.0/portal/` does not.
 */
function isNotFoundOnTheWay(outcome) {
    return (outcome.kind === 'rejected-on-the-way' &&
        outcome.error instanceof ResponseError &&
        outcome.error.status === 404);
}

;// CONCATENATED MODULE: ./src/portal/dry-run.ts
/**
 * Wraps a portal so that it cannot delete: every DELETE throws an error and is not sent. It is a safety net, because
 * operations end before the first DELETE of a dry run.
 */
function asDryRun(portal) {
    const { getSchedule, listBackups, getKey, getScheduleIfAvailable } = portal;
    const refuse = async () => {
        throw new Error('A DELETE in a dry run');
    };
    // Every call is listed: a new one does not compile until somebody decides here whether it deletes.
    return {
        getSchedule,
        listBackups,
        getKey,
        getScheduleIfAvailable,
        deleteSchedule: refuse,
        deleteHistory: refuse,
        deleteBackup: refuse,
    };
}

;// CONCATENATED MODULE: ./src/portal/http/rate-limit.ts





/** Each pause is this much longer than the one before if the portal names none, in milliseconds. */
const STEP_MS = 1_000;
const MAX_PAUSE_MS = 48_000; // 60 s with the most jitter
/** With less time left than this, another request would be refused too. */
const MIN_TIME_LEFT_MS = 200;
/** The portal's limits of simultaneous requests (deletions, GETs). They end as soon as requests do. */
const CONCURRENCY_LIMITS = [15, 50];
/** After this many answers in a row without a 429, one more simultaneous request is allowed. */
const ANSWERS_BEFORE_RISE = 50;
/**
 * The portal's rate limit, which all requests share: after a 429 all of them pause together, and fewer run at once.
 */
class RateLimit {
    deadline;
    clock;
    note;
    limit = MAX_CONCURRENT_DELETIONS;
    running = 0;
    pausedUntil = 0;
    /** How many pauses have begun. A 429 to a request from before the latest pause says nothing new, and starts no other. */
    pauseCount = 0;
    rateLimitedInARow = 0;
    answers = 0;
    waiting = [];
    constructor(deadline, clock, note) {
        this.deadline = deadline;
        this.clock = clock;
        this.note = note;
    }
    /**
     * Waits until a request may be sent.
     * @param stopped ends the wait for a pause
     * @param maxMs do not wait for a longer pause than this
     * @returns a ticket for `leave`; `undefined` if the request must not be sent
     */
    async enter(stopped, maxMs = Number.POSITIVE_INFINITY) {
        for (;;) {
            const pauseMs = this.pausedUntil - this.clock.monotonicMs();
            if (pauseMs > 0) {
                if (pauseMs >= maxMs || !(await this.deadline.sleep(pauseMs, stopped)))
                    return undefined;
            }
            else if (this.running >= this.limit) {
                await new Promise(resolve => this.waiting.push(resolve));
                // The request that made room has ended. Its outcome must be recorded before this one is sent.
                await this.deadline.sleep(0);
            }
            else {
                break;
            }
            if (stopped?.aborted)
                return undefined;
        }
        return { pauseCount: this.pauseCount, release: this.countAsRunning() };
    }
    /** @returns a function that ends the counting. A hung request stops counting by itself: the others must not wait for it. */
    countAsRunning() {
        const release = () => {
            cancelTimer();
            if (!isCounted)
                return;
            isCounted = false;
            this.running--;
            this.wakeWaiting();
        };
        let isCounted = true;
        this.running++;
        const cancelTimer = this.clock.after(OVERDUE_AFTER_MS, release);
        return release;
    }
    wakeWaiting() {
        for (const resolve of this.waiting.splice(0))
            resolve();
    }
    /**
     * Records how a request ended.
     * @param ticket from `enter`
     * @param answer `undefined`: none
     * @returns whether the rate limit turned it away, so that it may be sent again after `enter`
     * @throws RateLimitError if the portal asks for a longer wait than the run may take
     */
    leave({ pauseCount, release }, answer) {
        try {
            if (answer?.status === 429) {
                this.recordRateLimited(pauseCount, answer);
                return true;
            }
            if (answer)
                this.recordAnswer(pauseCount);
            return false;
        }
        finally {
            release();
        }
    }
    recordAnswer(pauseCount) {
        if (pauseCount === this.pauseCount)
            this.rateLimitedInARow = 0;
        if (++this.answers < ANSWERS_BEFORE_RISE || this.limit === MAX_CONCURRENT_DELETIONS)
            return;
        this.answers = 0;
        this.limit++;
    }
    recordRateLimited(pauseCount, { where, waitMs, rateLimit }) {
        this.answers = 0;
        // Each 429 counts here, also those that share a pause.
        this.limit = Math.max(1, this.limit - 1);
        if (pauseCount !== this.pauseCount)
            return;
        const remainingMs = this.deadline.remainingMs();
        if ((waitMs ?? MIN_TIME_LEFT_MS) >= remainingMs) {
            const why = waitMs === undefined
                ? printable_text `No time is left to wait`
                : printable_text `It asks to wait ${formatWholeSeconds(waitMs)}, which is longer than timeout-seconds allows`;
            throw new RateLimitError(printable_text `HTTP 429 from ${where}: the rate limit of the portal is reached. ${why}. Run again later.`);
        }
        const pauseMs = waitMs ?? this.nextPauseMs(rateLimit, remainingMs);
        this.pauseCount++;
        this.pausedUntil = this.clock.monotonicMs() + pauseMs;
        this.note(printable_text `${where}: HTTP 429, the rate limit of the portal is reached. All requests wait ${formatSeconds(pauseMs)}.`);
    }
    nextPauseMs(rateLimit, remainingMs) {
        const isConcurrencyLimit = rateLimit !== undefined && CONCURRENCY_LIMITS.includes(rateLimit);
        if (!isConcurrencyLimit)
            this.rateLimitedInARow++;
        const steps = isConcurrencyLimit ? 1 : this.rateLimitedInARow;
        const pauseMs = withJitter(Math.min(MAX_PAUSE_MS, STEP_MS * steps));
        return pauseMs < remainingMs ? pauseMs : remainingMs / 2;
    }
}

;// CONCATENATED MODULE: ./src/time-budget.ts
/** A DELETE of one backup that takes longer counts as hung. */
const MAX_DELETION_MS = 100_000;
/** The 90th percentile of the last 64 deletions predicts the next one. */
const EXPECTED_SHARE = 0.9;
const REMEMBERED_DELETIONS = 64;
/** The last deletions tell most about the storage type that is worked on now. */
const RECENT_DELETIONS = 8;
/** A listing may take this much longer than the slowest so far; after many deletions, it may take half as long again. */
const LISTING_MARGIN = 1.25;
const RESERVE_MARGIN = 1.5;
const FIXED_RESERVE_MS = 500;
/** Sets time aside for the final listing, by how long requests have taken so far. */
class TimeBudget {
    deadline;
    slowestListingMs = 0;
    deletionsMs = [];
    listingPauseMs = 0;
    isListingReleased = false;
    constructor(deadline) {
        this.deadline = deadline;
    }
    /** @param ms how long a listing took */
    recordListing(ms) {
        this.slowestListingMs = Math.max(this.slowestListingMs, ms);
    }
    /** @param ms how long an answered DELETE of one backup took */
    recordDeletion(ms) {
        this.deletionsMs.push(ms);
        if (this.deletionsMs.length > REMEMBERED_DELETIONS)
            this.deletionsMs.shift();
    }
    /** @param ms the longest pause that is needed before the final listing, by what is known now */
    reserveListingPause(ms) {
        this.listingPauseMs = Math.max(this.listingPauseMs, ms);
    }
    /** No final listing will be taken: its time may be used. */
    releaseListing() {
        this.isListingReleased = true;
    }
    /** How long a listing may take, by those so far, in milliseconds. */
    get expectedListingMs() {
        return this.slowestListingMs * LISTING_MARGIN;
    }
    reservedMs(listingPauseMs = 0) {
        if (this.isListingReleased)
            return FIXED_RESERVE_MS;
        const pauseMs = Math.max(this.listingPauseMs, listingPauseMs);
        return this.slowestListingMs * RESERVE_MARGIN + FIXED_RESERVE_MS + pauseMs;
    }
    /**
     * @param listingPauseMs a pause before that listing, if it is longer than the reserved one
     * @returns whole milliseconds until the final listing must begin; 0 when that time has passed
     */
    remainingForDeletionsMs(listingPauseMs = 0) {
        return Math.max(0, Math.floor(this.deadline.remainingMs() - this.reservedMs(listingPauseMs)));
    }
    /**
     * @returns `undefined` if a final listing still fits; else how long a listing took and how long the pause before it is
     * (milliseconds), and a `timeout-seconds` that is long enough
     */
    timeShortage() {
        if (this.remainingForDeletionsMs() > 0)
            return undefined;
        const usedMs = this.deadline.seconds * 1000 - this.deadline.remainingMs();
        return {
            listingMs: this.slowestListingMs,
            pauseMs: this.listingPauseMs,
            suggestedSeconds: Math.ceil((usedMs + 2 * this.reservedMs()) / 1000) + 10,
        };
    }
    /** How long the slowest of the last deletions took, in milliseconds; never 0. */
    get slowestRecentDeletionMs() {
        return Math.max(1, ...this.deletionsMs.slice(-RECENT_DELETIONS));
    }
    deletionTimeoutMs() {
        return Math.min(MAX_DELETION_MS, this.remainingForDeletionsMs());
    }
    /** Whether a deletion that starts now can end in time, by the times seen so far. */
    hasTimeForDeletion() {
        const maxMs = this.deletionTimeoutMs();
        if (maxMs >= MAX_DELETION_MS)
            return true;
        const sorted = this.deletionsMs.toSorted((a, b) => a - b);
        return maxMs > (sorted[Math.ceil(EXPECTED_SHARE * sorted.length) - 1] ?? 0);
    }
}

;// CONCATENATED MODULE: ./src/portal/answers/connection-errors.ts





/** What Node's and OpenSSL's error codes mean, and the two of `findTlsReason`. The first match counts. */
const CONNECTION_ERRORS = [
    {
        codes: /^ECONNREFUSED$/,
        what: printable_text `The connection was refused: nothing listens at this host and port.`,
        kind: 'not-received',
    },
    {
        codes: /^ENOTFOUND$/,
        what: printable_text `The host name does not exist. Check portal-url.`,
        kind: 'rejected-for-all',
        onlyBeforeFirstAnswer: true,
    },
    {
        codes: /^(EAI_AGAIN|ENOTFOUND)$/,
        what: printable_text `The host name could not be looked up right now.`,
        kind: 'not-received',
    },
    {
        ...OUT_OF_FILES,
        kind: 'not-received',
    },
    {
        codes: /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/,
        what: printable_text `There is no route from this machine to the portal's address. Can this runner reach it, by IPv6 too if it has such an address?`,
        kind: 'not-received',
    },
    {
        codes: /^OLD TLS$/,
        what: printable_text `The TLS of the server is too old or too weak. It must support TLS 1.2 or newer, with strong keys and secure renegotiation. Its administrator can turn that on.`,
        kind: 'rejected-for-all',
        onlyBeforeFirstAnswer: true,
    },
    {
        codes: /^ALERT$/,
        what: printable_text `The server ended the TLS handshake. It may want a client certificate, which this action does not support, not serve this host name, or support only an old TLS version.`,
        kind: 'rejected-for-all',
        onlyBeforeFirstAnswer: true,
    },
    {
        codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
        what: printable_text `The certificate of the portal has expired or is not valid yet, or a clock is wrong.`,
        kind: 'rejected-for-all',
    },
    {
        codes: /ALTNAME_INVALID$/,
        what: printable_text `The certificate of the portal is for another host name. Check portal-url.`,
        kind: 'rejected-for-all',
    },
    {
        codes: /^UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/,
        what: () => printable_text `The certificate of the portal is not trusted. The server may not send its whole chain: it must send the intermediate certificates too. ${explainTrust()}`,
        kind: 'rejected-for-all',
    },
    {
        codes: /SELF_SIGNED_CERT|^CERT_UNTRUSTED$/,
        what: () => printable_text `The certificate of the portal is not trusted. ${explainTrust()}`,
        kind: 'rejected-for-all',
    },
    {
        codes: /CERT|SIGNATURE|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^UNSPECIFIED$/,
        what: printable_text `The certificate of the portal, or one that signed it, is too weak or not valid. Renew it.`,
        kind: 'rejected-for-all',
    },
    {
        codes: /^HPE_HEADER_OVERFLOW$/,
        what: printable_text `The headers of the answer are larger than 64 kB, which no portal sends. Check portal-url, and any proxy in between.`,
        kind: 'unanswered',
        isRetryable: false,
    },
    {
        codes: /^HPE_/,
        what: printable_text `The answer is not valid HTTP. Check scheme and port of portal-url, and any proxy in between.`,
        kind: 'unanswered',
        isRetryable: false,
    },
    {
        codes: /^(EPROTO|ERR_SSL_)/,
        what: printable_text `The server does not speak HTTP (or TLS) on this port. Check scheme and port of portal-url.`,
        kind: 'rejected-for-all',
        onlyBeforeFirstAnswer: true,
    },
];
/**
 * Explains an error of Node's. Its own message may hold what the server sent, and is not used.
 * @param hasAnswered whether the portal has answered anything in this run
 * @throws the error itself if it is not about a connection: a defect must not look like one
 */
function createConnectionError(error, hasAnswered) {
    if (error instanceof NoResponseError)
        return error;
    if (readProperty(error, 'code') === undefined && readProperty(error, 'errors') === undefined)
        throw error;
    const code = getErrorCode(error);
    const connecting = createUnreachableError(error);
    if (connecting)
        return connecting;
    const searched = findTlsReason(error, code) ?? code;
    const known = findKnown(searched, hasAnswered);
    if (!known) {
        return new NoResponseError(printable_text `The connection was lost. (${code})`, 'unanswered', true, 'lost');
    }
    const what = typeof known.what === 'function' ? known.what() : known.what;
    return new NoResponseError(printable_text `${what} (${code})`, known.kind, known.isRetryable);
}
function findKnown(code, hasAnswered) {
    return CONNECTION_ERRORS.find(({ codes, onlyBeforeFirstAnswer }) => codes.test(code) && !(onlyBeforeFirstAnswer && hasAnswered));
}
/** @returns `undefined` if there was a connection, or if the one reason why there was none has a row of its own */
function createUnreachableError(error) {
    const errors = readProperty(error, 'errors');
    const attempts = Array.isArray(errors) && errors.length > 0 ? errors : [error];
    if (attempts.some(attempt => readProperty(attempt, 'syscall') !== 'connect'))
        return undefined;
    const codes = [...new Set(attempts.map(getErrorCode))];
    if (codes.length === 1 && findKnown(codes[0] ?? '', false))
        return undefined;
    return new NoResponseError(printable_text `No connection could be made to any address of the portal. Can this machine reach it, or does a firewall in between block it? (${join(codes)})`, 'not-received');
}
/** What OpenSSL says when a server offers only what is too old or too weak for it. */
const OLD_TLS = /key too small|legacy|unsupported protocol|protocol version|insufficient security|cipher returned|wrong signature type/;
/** The code of a TLS error may say nothing; Node's message has the reason of OpenSSL. */
function findTlsReason(error, code) {
    if (!/^(EPROTO$|ERR_SSL_)/.test(code))
        return undefined;
    const reason = `${code} ${readProperty(error, 'message')}`.replaceAll('_', ' ').toLowerCase();
    if (OLD_TLS.test(reason))
        return 'OLD TLS';
    return / alert |certificate required/.test(reason) ? 'ALERT' : undefined;
}
/** How to trust a private authority, without advising what is done already. */
function explainTrust() {
    const file = process.env['NODE_EXTRA_CA_CERTS'];
    const isSystemUsed = process.env['NODE_USE_SYSTEM_CA'] === '1';
    const orSystem = isSystemUsed ? printable_text `` : printable_text `, or NODE_USE_SYSTEM_CA=1 if the machine trusts it`;
    if (!file)
        return printable_text `For a private authority, set NODE_EXTRA_CA_CERTS to its file${orSystem}.`;
    const certificates = readFileIfPossible(file);
    if (certificates === undefined) {
        return printable_text `NODE_EXTRA_CA_CERTS names a file that this job cannot read. In a container, the file must be inside it.`;
    }
    return certificates.includes('-----BEGIN CERTIFICATE-----')
        ? printable_text `The file in NODE_EXTRA_CA_CERTS does not hold its authority.`
        : printable_text `The file in NODE_EXTRA_CA_CERTS holds no certificate in PEM form.`;
}
function readFileIfPossible(path) {
    try {
        return external_fs_namespaceObject.readFileSync(path, 'latin1');
    }
    catch {
        return undefined;
    }
}
/** The code of an error. If several addresses were tried, the error may have none: then that of the first address. */
function getErrorCode(error) {
    const errors = readProperty(error, 'errors');
    const first = Array.isArray(errors) ? readProperty(errors[0], 'code') : undefined;
    const code = String((readProperty(error, 'code') ?? first) || 'no code');
    return isErrorCode(code) ? code : 'unknown code';
}
function isErrorCode(code) {
    return /^[\w /]+$/.test(code);
}

;// CONCATENATED MODULE: ./src/portal/answers/redirect.ts

/**
 * Explains a redirect. Its target must not be trusted with the token, so the text never advises to send it there.
 * @param location the `Location` header
 * @param path what was requested
 */
function explainRedirect(location, path, portalUrl, redact) {
    const target = location && URL.canParse(location, portalUrl.href) ? new URL(location, portalUrl) : undefined;
    if (target?.origin === portalUrl.origin) {
        return printable_text `the portal redirects to another page of its own, such as a login or setup page in front of it. Its API must be reachable without that.`;
    }
    const host = target && printableHost(target, redact);
    const isWeb = target?.protocol === 'https:' || target?.protocol === 'http:';
    if (!isWeb || !host) {
        return printable_text `the portal redirects to another place. A login in front of it may do that: its API must be reachable past the login.`;
    }
    if (target.hostname === portalUrl.hostname) {
        const isSamePage = `${target.pathname}${target.search}` === path;
        return isSamePage && portalUrl.protocol === 'http:' && target.protocol === 'https:'
            ? printable_text `the portal redirects to https://${host}. Set portal-url to that.`
            : printable_text `the portal redirects to another service on its host, ${host}, such as a login or setup page in front of it. Its API must be reachable without that.`;
    }
    return printable_text `the portal redirects to another host, ${host}. If that is a login in front of the portal, its API must be reachable past the login. If the portal has moved, ask its administrator for the new address.`;
}

;// CONCATENATED MODULE: external "zlib"
const external_zlib_namespaceObject = require("zlib");
;// CONCATENATED MODULE: ./src/portal/http/body.ts



const MIB = 1024 * 1024;
const UNREADABLE = { body: '', bodyProblem: printable_text `the answer could not be read to its end.` };
/**
 * Reads the body of an answer, decompressed.
 * @param maxBytes its largest size, before and after that
 * @throws what Node throws if it breaks off
 */
async function readBody(message, maxBytes) {
    const chunks = [];
    let size = 0;
    for await (const chunk of message) {
        size += chunk.length;
        if (size > maxBytes)
            return createTooLongBody(maxBytes);
        chunks.push(chunk);
    }
    return decompress(Buffer.concat(chunks), message.headers['content-encoding'] ?? '', maxBytes);
}
/** Something in between may compress an answer that was requested without compression. */
function decompress(bytes, encoding, maxBytes) {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const isPlain = bytes.length === 0 || /^(|identity|(x-)?gzip)$/i.test(encoding);
    if (isPlain && !isGzip)
        return { body: bytes.toString() };
    const decoder = isGzip ? external_zlib_namespaceObject.gunzipSync : DECODERS[encoding.toLowerCase()];
    try {
        if (decoder)
            return { body: decoder(bytes, { maxOutputLength: maxBytes }).toString() };
    }
    catch (error) {
        if (readProperty(error, 'code') === 'ERR_BUFFER_TOO_LARGE')
            return createTooLongBody(maxBytes);
    }
    return {
        body: '',
        bodyProblem: printable_text `the answer is compressed, though it was requested without compression, and cannot be read. Turn compression off in what is between the runner and the portal.`,
    };
}
const DECODERS = {
    deflate: external_zlib_namespaceObject.inflateSync,
    br: external_zlib_namespaceObject.brotliDecompressSync,
};
function createTooLongBody(maxBytes) {
    return {
        body: '',
        bodyProblem: printable_text `the answer is longer than ${maxBytes / MIB} MiB, which no portal sends. Check portal-url, and any proxy in between.`,
    };
}

;// CONCATENATED MODULE: ./src/portal/http/observe.ts
/** Gives the toolkit a module that hands each request to the `onRequest` of its options. */
function observeRequests(module) {
    const request = (options, onResponse) => {
        const created = module.request(options, onResponse);
        options.onRequest(created);
        return created;
    };
    // Not a copy of all properties: to read some of them would load Node's own undici.
    return Object.create(module, { request: { value: request } });
}

// EXTERNAL MODULE: ./node_modules/hpagent/index.js
var hpagent = __nccwpck_require__(629);
;// CONCATENATED MODULE: ./node_modules/hpagent/index.mjs


/* harmony default export */ const node_modules_hpagent = ((/* unused pure expression or super */ null && (mod)));
const HttpProxyAgent = hpagent.HttpProxyAgent
const HttpsProxyAgent = hpagent.HttpsProxyAgent

;// CONCATENATED MODULE: ./src/portal/http/proxy.ts

// Not the toolkit's own `tunnel`: it opens a connection for each request, and a CONNECT that hangs blocks its slot forever.





/**
 * Finds the proxy for a URL by the toolkit's rules (`https_proxy`, `http_proxy`, `no_proxy`).
 * @returns its URL; `undefined`: none
 * @throws NoResponseError for a value that is no HTTP proxy, such as `proxy.example:3128` (a scheme without a host) or
 * `socks5://…`: ignoring it would bypass the proxy
 */
function findProxy(url) {
    const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
    const configured = process.env[name] || process.env[name.toUpperCase()];
    if (!configured || checkBypass(url))
        return undefined;
    if (url.hostname.startsWith('[')) {
        throw new NoResponseError(printable_text `A portal with an IPv6 address cannot be reached through a proxy. Use its host name, or list it in no_proxy.`, 'rejected-for-all');
    }
    const proxy = readProxyUrl(url);
    if (proxy && /^https?:$/.test(proxy.protocol))
        return proxy.href;
    throw new NoResponseError(printable_text `The proxy in https_proxy or http_proxy is not a URL such as http://proxy.example:3128.`, 'rejected-for-all');
}
function readProxyUrl(url) {
    try {
        return getProxyUrl(url);
    }
    catch {
        return undefined;
    }
}
/**
 * Creates an agent that connects through a proxy. Its errors tell the proxy's failures from the portal's. It has no limit
 * of connections: with a limit, hpagent may open several for one waiting request, and fail it by one that is not used.
 * @param keepAlive whether connections are used again
 */
function createProxyAgent(isTls, proxy, keepAlive) {
    const options = { keepAlive, proxy };
    const agent = isTls ? new HttpsProxyAgent(options) : new HttpProxyAgent(options);
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (target, done) => connect(target, (error, socket) => done?.(error && createProxyError(error), socket));
    return agent;
}
function createProxyError(error) {
    const [digits] = /(?<=^Bad response: )\d+/.exec(error.message) ?? [];
    if (digits === undefined) {
        const code = getErrorCode(error);
        return /^(?!.*ALERT).*(CERT|SIGNATURE|ALTNAME|UNSPECIFIED)/.test(code)
            ? new NoResponseError(printable_text `The certificate of the proxy is not trusted, or not valid. (${code})`, 'rejected-for-all')
            : new NoResponseError(printable_text `The proxy cannot be reached. Check https_proxy and no_proxy. (${code})`, 'not-received');
    }
    const status = Number(digits);
    return new NoResponseError(printable_text `The proxy does not connect to the portal (HTTP ${status}). Check https_proxy and no_proxy.`, isGatewayError(status, 'html') ? 'not-received' : 'rejected-for-all');
}

;// CONCATENATED MODULE: ./src/portal/http/transport.ts
// Without `node:`, as the toolkit imports them: the bundle then holds each module once.















const MAX_ERROR_BYTES = MIB;
const MAX_ERROR_BODY_MS = 5_000;
/** Node's own limit is 16 KiB. */
const MAX_HEADER_BYTES = 64 * 1024;
/** How long each address of a host has to accept a connection. Node's default of 250 ms is too short for some. */
const CONNECT_TO_ADDRESS_MS = 2_500;
/** All addresses together, and a proxy. */
const MAX_CONNECT_MS = 30_000;
/** The library's limit counts idle time only, so it is not used. */
const NO_IDLE_TIMEOUT_MS = 2 ** 31 - 1;
const USER_AGENT = 'docspace-backup-cleanup';
const [HTTP, HTTPS] = [observeRequests(external_http_), observeRequests(external_https_)];
/** Sends single requests to one portal. Only this file and `proxy.ts` use `@actions/http-client`. */
class Transport {
    settings;
    deadline;
    clock;
    client = new lib_HttpClient(USER_AGENT, [], { socketTimeout: NO_IDLE_TIMEOUT_MS });
    headers;
    isTls;
    agents;
    /** The HTTP status of the last answer to a DELETE; `undefined`: none yet. */
    lastDeleteStatus;
    hasAnswered = false;
    constructor(settings, deadline, clock) {
        this.settings = settings;
        this.deadline = deadline;
        this.clock = clock;
        this.headers = {
            accept: 'application/json',
            'accept-encoding': 'identity',
            authorization: settings.authorization,
            'user-agent': this.client.userAgent,
        };
        this.isTls = settings.portalUrl.protocol === 'https:';
    }
    /**
     * Sends a request once. It follows no redirect: that would send the token along, or drop it.
     * @returns the answer, whatever its status, or NoResponseError if there was none
     */
    async exchange(attempt) {
        const { where, path, maxBytes, maxMs } = attempt;
        const start = this.clock.monotonicMs();
        let head;
        let connection;
        try {
            const body = await this.deadline.withTimeout(maxMs, async (signal) => {
                const message = await this.request(attempt, signal, (request, fail) => this.watchConnecting(request, signal, fail, made => {
                    connection = made;
                }));
                head = this.readHead(message, path);
                return head.status === 200 ? readBody(message, maxBytes) : this.readErrorBody(message);
            });
            // The status of an HTTP error counts even if the time was up before its body arrived.
            if (head && (body || head.status !== 200)) {
                return this.createAnswer(where, head, body ?? UNREADABLE, start);
            }
        }
        catch (error) {
            const connectionError = createConnectionError(error, this.hasAnswered);
            if (connectionError.reason !== 'lost' || connection !== 'used')
                return addPlace(where, connectionError);
            // The server has probably closed the other idle ones too.
            if (this.agents)
                closeIdleConnections(this.agents.kept);
            return addPlace(where, connectionError, 'lost-on-used-connection');
        }
        return addPlace(where, this.createTimeoutError(attempt, connection));
    }
    /** Gives up a request that gets no connection, and tells which one it gets. */
    watchConnecting(request, signal, fail, onConnection) {
        const cancelTimer = this.clock.after(MAX_CONNECT_MS, () => {
            fail(createNotConnectedError(MAX_CONNECT_MS));
            request.destroy();
        });
        request.once('close', cancelTimer);
        signal.addEventListener('abort', cancelTimer);
        request.once('socket', socket => {
            const recordConnection = () => {
                cancelTimer();
                onConnection(request.reusedSocket ? 'used' : 'new');
            };
            if (socket.connecting)
                socket.once('connect', recordConnection);
            else
                recordConnection();
        });
    }
    createTimeoutError({ maxMs, isSingleBackup }, connection) {
        if (this.deadline.stop.aborted) {
            return new NoResponseError(printable_text `no answer before the run was stopped.`, 'unanswered', false);
        }
        if (!connection)
            return createNotConnectedError(maxMs);
        const advice = isSingleBackup && maxMs >= MAX_DELETION_MS
            ? printable_text `, the most that a single deletion gets. See the portal's log.`
            : printable_text `; timeout-seconds is ${this.deadline.seconds}. If the portal is slow, raise timeout-seconds.`;
        return new NoResponseError(printable_text `no complete answer within ${formatSeconds(maxMs)}${advice}`, 'unanswered', true, 'timeout');
    }
    createAnswer(where, { isChallenge, ...head }, body, start) {
        const { status, contentType } = head;
        // The body of a 200 is read as an envelope, with limits of its own.
        const readForm = () => status === 200 ? 'other' : findBodyForm(status, body.body, contentType, isChallenge);
        const form = body.bodyProblem ? 'unreadable' : readForm();
        return { where, ...head, ...body, form, tookMs: this.clock.monotonicMs() - start };
    }
    /** @returns the answer, whose body is still to be read */
    async request({ method, path, isSingleBackup, onNewConnection = false }, signal, onRequest) {
        const { portalUrl } = this.settings;
        this.agents ??= this.createAgents();
        const { kept, fresh } = this.agents;
        // A kept connection may hold an answer to no request, and the next request would take it for its own. So only the
        // many DELETEs share connections, and each listing has its own. Where a portal accepts few connections, idle ones
        // would block that one.
        if (!isSingleBackup)
            closeIdleConnections(kept);
        const options = {
            host: portalUrl.hostname.replace(/^\[|\]$/g, ''),
            port: portalUrl.port,
            method,
            path,
            headers: this.headers,
            signal,
            agent: isSingleBackup && !onNewConnection ? kept : fresh,
            maxHeaderSize: MAX_HEADER_BYTES,
            autoSelectFamilyAttemptTimeout: CONNECT_TO_ADDRESS_MS,
        };
        const message = await new Promise((resolve, reject) => {
            const observed = {
                ...options,
                onRequest: request => {
                    onRequest(request, reject);
                    // Without this listener, an answer with status 101 would go unnoticed.
                    request.once('upgrade', (answer, socket) => {
                        socket.destroy();
                        resolve(answer);
                    });
                },
            };
            const info = { parsedUrl: portalUrl, httpModule: this.isTls ? HTTPS : HTTP, options: observed };
            this.client.requestRaw(info, null).then(response => resolve(response.message), reject);
        });
        this.hasAnswered = true;
        const { statusCode = 0 } = message;
        if (method === 'DELETE' && statusCode >= 200)
            this.lastDeleteStatus = statusCode;
        return message;
    }
    /** Created with the first request, so that a wrong proxy is reported as that request's error. */
    createAgents() {
        const proxy = findProxy(this.settings.portalUrl);
        if (proxy) {
            return {
                kept: createProxyAgent(this.isTls, proxy, true),
                fresh: createProxyAgent(this.isTls, proxy, false),
            };
        }
        const { Agent } = this.isTls ? external_https_ : external_http_;
        return {
            kept: new Agent({ keepAlive: true, maxSockets: MAX_CONCURRENT_DELETIONS }),
            fresh: new Agent({ keepAlive: false }),
        };
    }
    readHead({ statusCode: status = 0, headers }, path) {
        const { portalUrl, redact } = this.settings;
        return {
            status,
            contentType: (headers['content-type'] ?? '').toLowerCase(),
            redirect: explainRedirect(headers.location, path, portalUrl, redact),
            waitMs: readWait(status, headers, this.clock.epochMs()),
            rateLimit: parseDigits(headers['x-ratelimit-limit']),
            isChallenge: headers['cf-mitigated'] === 'challenge',
        };
    }
    /** Reads the body of an HTTP error if it arrives soon. It is a hint: the status counts without it. */
    async readErrorBody(message) {
        const maxMs = Math.min(MAX_ERROR_BODY_MS, this.deadline.remainingMs() / 4);
        const body = await this.deadline.withTimeout(maxMs, () => readBody(message, MAX_ERROR_BYTES).catch(() => undefined));
        if (body && !body.bodyProblem)
            return body;
        message.destroy();
        return UNREADABLE;
    }
}
function createNotConnectedError(ms) {
    return new NoResponseError(printable_text `no connection could be made within ${formatSeconds(ms)}. Can this machine reach the portal, or does a firewall or a proxy in between block it?`, 'not-received');
}
/** @param where what was requested; it comes before the message */
function addPlace(where, error, reason = error.reason) {
    return new NoResponseError(printable_text `${where}: ${error.message}`, error.kind, error.isRetryable, reason);
}
function closeIdleConnections({ freeSockets }) {
    for (const sockets of Object.values(freeSockets))
        for (const socket of sockets ?? [])
            socket.destroy();
}
function parseDigits(header) {
    return typeof header === 'string' && /^[0-9]+$/.test(header) ? Number(header) : undefined;
}

;// CONCATENATED MODULE: ./src/portal/http/client.ts







/** A listing that a gateway cuts off with a 504 is cut at the same point again, and is expensive for the portal. */
const MAX_RETRIES_OF_CUT_LISTING = 2;
/** A deletion that hung once probably hangs again. */
const MAX_RETRIES_AFTER_TIMEOUT = 1;
const MAX_BYTES = 1024 * 1024;
/** Of the remaining time: a hung attempt leaves time for another one, and the last one for the report. */
const ATTEMPT_SHARE = 0.5;
const LAST_ATTEMPT_SHARE = 0.9;
/**
 * Sends requests to one portal, and keeps to its rate limit. A request is sent again here after a gateway error or a lost
 * connection (`send`), a 429 (`sendWithinRateLimit`), and a reset of a used connection (`sendOnLiveConnection`).
 * Elsewhere: a 404 by the alias (`api.ts`), second, last and hung attempts of a deletion (`deletion/`), the DELETE of a
 * history (`history-delete.ts`), and a failed listing (`listings.ts`).
 */
class Client {
    settings;
    deadline;
    budget;
    note;
    transport;
    rateLimit;
    /** @param note logs a line about each attempt that is repeated */
    constructor(settings, deadline, budget, clock, note) {
        this.settings = settings;
        this.deadline = deadline;
        this.budget = budget;
        this.note = note;
        this.transport = new Transport(settings, deadline, clock);
        this.rateLimit = new RateLimit(deadline, clock, note);
    }
    /** Whether anything has been answered yet. */
    get hasAnswered() {
        return this.transport.hasAnswered;
    }
    /** The HTTP status of the last answer to a DELETE; `undefined`: none yet. */
    get lastDeleteStatus() {
        return this.transport.lastDeleteStatus;
    }
    /**
     * Sends a request, and sends it again while it fails in a way that may pass.
     * @throws NotSentError if no attempt could be made; RateLimitError if the portal asks for a longer wait than is left
     */
    async send(request) {
        const { maxRetries: ownMax = Number.POSITIVE_INFINITY, signal } = request;
        const retries = Math.min(this.settings.retries, ownMax);
        let last = await this.sendWithinRateLimit(request, retries === 0);
        if (!last)
            throw this.createNotSentError();
        let { mayBeRunning } = last;
        for (let retry = 1;; retry++) {
            const { result } = last;
            const max = Math.min(retries, countUsefulRetries(request, result));
            if (retry > max)
                break;
            const hasNoResponse = result instanceof NoResponseError;
            const waitMs = waitBeforeRetry(retry, hasNoResponse ? undefined : result.waitMs);
            if (waitMs >= this.remainingMs(request))
                break;
            const what = hasNoResponse ? result.message : printable_text `${result.where}: HTTP ${result.status}.`;
            this.note(printable_text `${what} Attempt ${retry} of ${max + 1}; the next in ${formatSeconds(waitMs)}.`);
            if (!(await this.deadline.sleep(waitMs, signal)))
                break;
            const next = await this.sendWithinRateLimit(request, retry === retries).catch(error => {
                throw error instanceof RateLimitError ? new RateLimitError(error.message, mayBeRunning) : error;
            });
            if (!next)
                break;
            last = next;
            mayBeRunning ||= last.mayBeRunning;
        }
        return { result: last.result, mayBeRunning };
    }
    /**
     * Makes one attempt, repeated only while the portal's rate limit turns it away.
     * @returns `undefined`: it was not sent. If it was turned away and may not be sent again: the 429
     */
    async sendWithinRateLimit(request, isLast) {
        const { isSingleBackup = false, isOptional = false, onSend, signal } = request;
        let turnedAway;
        for (;;) {
            const maxPauseMs = isSingleBackup ? this.budget.remainingForDeletionsMs() : undefined;
            const ticket = await this.rateLimit.enter(signal, maxPauseMs);
            if (ticket === undefined)
                return turnedAway;
            if (!this.hasTime(request)) {
                this.rateLimit.leave(ticket, undefined);
                return turnedAway;
            }
            if (request.isStillWanted?.() === false) {
                this.rateLimit.leave(ticket, undefined);
                throw new HeldBackError(printable_text `The rate limit of the portal turned the request away, and it was not sent again.`);
            }
            onSend?.();
            const sent = await this.sendOnLiveConnection(request, isLast).catch(error => {
                this.rateLimit.leave(ticket, undefined);
                throw error;
            });
            const answer = sent.result instanceof NoResponseError ? undefined : sent.result;
            if (!this.rateLimit.leave(ticket, isOptional ? undefined : answer)) {
                if (isSingleBackup && answer)
                    this.budget.recordDeletion(answer.tookMs);
                return sent;
            }
            turnedAway = sent;
            request.onRateLimited?.();
        }
    }
    /** Sends a request once. If the server closed a kept connection meanwhile, it sends it again at once on a new one. */
    async sendOnLiveConnection(request, isLast) {
        const { method, path, maxBytes = MAX_BYTES, isSingleBackup = false } = request;
        const where = printable_text `${method} ${path} on ${this.settings.host}`;
        const send = async (onNewConnection) => {
            const maxMs = this.maxAttemptMs(request, isLast);
            const result = await this.transport.exchange({
                method,
                path,
                where,
                maxBytes,
                maxMs,
                isSingleBackup,
                onNewConnection,
            });
            return { result, mayBeRunning: mayBeRunningAfter(result) };
        };
        const first = await send(false);
        const isStale = first.result instanceof NoResponseError && first.result.reason === 'lost-on-used-connection';
        if (!isStale || !this.hasTime(request))
            return first;
        const { result } = await send(true);
        return { result, mayBeRunning: true };
    }
    remainingMs({ isSingleBackup }) {
        return isSingleBackup ? this.budget.remainingForDeletionsMs() : this.deadline.remainingMs();
    }
    hasTime({ isSingleBackup, signal }) {
        if (this.deadline.stop.aborted || signal?.aborted || this.deadline.remainingMs() === 0)
            return false;
        return !isSingleBackup || this.budget.hasTimeForDeletion();
    }
    maxAttemptMs({ method, isSingleBackup, maxMs, minMs = 0 }, isLast) {
        if (isSingleBackup)
            return this.budget.deletionTimeoutMs();
        const remainingMs = this.deadline.remainingMs();
        const share = method === 'GET' && isLast ? LAST_ATTEMPT_SHARE : ATTEMPT_SHARE;
        const limit = Math.max(remainingMs * share, Math.min(remainingMs * LAST_ATTEMPT_SHARE, minMs));
        return maxMs === undefined ? limit : Math.min(limit, maxMs);
    }
    createNotSentError() {
        if (this.deadline.stop.aborted)
            return new NotSentError(printable_text `The run was stopped.`);
        return this.deadline.remainingMs() > 0
            ? new NotSentError(printable_text `No time is left for another request. Raise timeout-seconds.`)
            : new NotSentError(printable_text `The deadline of ${this.deadline.seconds} s has passed. Raise timeout-seconds.`);
    }
}
function mayBeRunningAfter(result) {
    if (result instanceof NoResponseError)
        return result.kind === 'unanswered';
    if (result.status < 200 || result.form === 'unreadable')
        return true;
    return result.status !== 200 && mayBeRunningBehind(result.status, result.form);
}
function countUsefulRetries({ isSingleBackup, isListing }, result) {
    if (result instanceof NoResponseError) {
        if (!result.isRetryable)
            return 0;
        const isHung = isSingleBackup && result.reason === 'timeout';
        return isHung ? MAX_RETRIES_AFTER_TIMEOUT : Number.POSITIVE_INFINITY;
    }
    if (result.status === 200 || !isGatewayError(result.status, result.form))
        return 0;
    return isListing && result.status === 504 ? MAX_RETRIES_OF_CUT_LISTING : Number.POSITIVE_INFINITY;
}

;// CONCATENATED MODULE: ./src/report/run.ts
/** Whether the run did what it was to do; `undefined` for a dry run, which does nothing. */
function judgeResult({ dryRun, error }) {
    return dryRun ? undefined : error === undefined;
}
/** The lists that the outputs and the JSON report count; `undefined`: not known. */
function collectLists({ selected, deleted, failed, kept, }) {
    return { selected, deleted, failed, kept: kept?.map(({ backup }) => backup) };
}

;// CONCATENATED MODULE: ./src/report/outputs.ts





/** @throws RefusedError if outputs are wanted and cannot be written */
function checkWritable() {
    try {
        checkOutputsWritable();
    }
    catch (error) {
        throw new RefusedError(printable_text `The outputs cannot be written to GITHUB_OUTPUT. Nothing was deleted. ${findCause(error, printable_text `Is its disk full, or its file read-only?`)}`, printable_text `the outputs cannot be written`);
    }
}
/**
 * Sets the outputs, as action.yml describes them. `result` comes last, so that a full disk leaves no success behind.
 * @param reportFile the path of the JSON report; empty: there is none
 * @throws what `fs` throws
 */
function writeOutputs(run, reportFile) {
    const outputs = [['status-code', String(run.lastDeleteStatus() ?? '')]];
    for (const [name, records] of Object.entries(collectLists(run.ledger))) {
        outputs.push([`${name}-count`, String(records?.length ?? '')], [`${name}-ids`, toJson(records ?? [])]);
    }
    outputs.push(['report-file', reportFile], ['result', String(judgeResult(run) ?? '')]);
    setOutputs(outputs);
}
function explainWriteError(error) {
    return printable_text `The outputs could not be written to GITHUB_OUTPUT. ${findCause(error, printable_text `Is the disk full?`)}`;
}
function findCause(error, otherwise) {
    return OUT_OF_FILES.codes.test(String(readProperty(error, 'code'))) ? OUT_OF_FILES.what : otherwise;
}
function toJson(records) {
    return JSON.stringify(records.map(({ id }) => id));
}

;// CONCATENATED MODULE: ./src/report/headline.ts



/** The state of a run as an icon and a word. */
function describeState({ isCancelled, error, dryRun }) {
    if (isCancelled)
        return { icon: '⏹️', word: printable_text `Cancelled` };
    if (error instanceof RefusedError)
        return { icon: '🚫', word: printable_text `Refused` };
    if (error)
        return { icon: '❌', word: printable_text `Failed` };
    if (dryRun)
        return { icon: '🔍', word: printable_text `Dry run` };
    return { icon: '✅', word: printable_text `Done` };
}
/** The result in one sentence without a full stop: for the end of the log, before any error, and the top of the summary. */
function formatHeadline(run) {
    return printable_text `${describeState(run).word}: ${describeResult(run)}`;
}
function describeResult(run) {
    const { error, ledger, operation } = run;
    if (error && !ledger.hasSent) {
        return error instanceof RefusedError && error.brief
            ? printable_text `nothing was deleted; ${error.brief}`
            : printable_text `nothing was deleted`;
    }
    return operation === 'delete-schedule' ? describeScheduleResult(run) : describeBackups(run);
}
function describeScheduleResult({ ledger, dryRun, error }) {
    if (error)
        return printable_text `it is not proven that the backup schedule is gone`;
    if (ledger.schedule === 'not-checked')
        return printable_text `the portal reports that the backup schedule is deleted`;
    if (ledger.schedule === 'none')
        return printable_text `there was no backup schedule`;
    return dryRun ? printable_text `the backup schedule would be deleted` : printable_text `the backup schedule is deleted`;
}
function describeBackups({ operation, ledger, error }) {
    const { firstListing, selected, deleted, verification, hasSent } = ledger;
    if (selected === undefined || deleted === undefined) {
        return error
            ? printable_text `it is not known what was deleted`
            : printable_text `the portal reports that the history is deleted`;
    }
    const total = pluralize(selected.length, 'backup');
    const withoutId = operation === 'delete-history' ? (firstListing?.length ?? 0) - selected.length : 0;
    const rest = describeKept(ledger) ??
        (withoutId > 0 ? printable_text `; ${pluralize(withoutId, 'record')} without a readable id not counted` : printable_text ``);
    if (selected.length === 0 && withoutId === 0 && !error) {
        const none = operation === 'delete-backups' ? printable_text `0 backups deleted, ` : printable_text ``;
        return printable_text `${none}there was nothing to delete${rest}`;
    }
    if (!hasSent)
        return printable_text `${total} would be deleted${rest}`;
    const deletedOfTotal = printable_text `${formatNumber(deleted.length)} of ${total} deleted`;
    if (!error || verification.kind === 'conclusive')
        return printable_text `${deletedOfTotal}${rest}`;
    if (deleted.length > 0)
        return printable_text `${deletedOfTotal}, as the portal reported, not checked${rest}`;
    return printable_text `it is not known what was deleted${rest}`;
}
function describeKept(ledger) {
    const { kept = [], missingIds } = ledger;
    if (kept.length === 0)
        return undefined;
    const gone = kept.filter(({ backup }) => missingIds.has(backup.id)).length;
    const but = gone > 0 ? printable_text `, of which ${formatNumber(gone)} ${conjugate('is', gone)} gone` : printable_text ``;
    return printable_text `, ${formatNumber(kept.length)} ${ledger.knowsWhatRemains && gone === 0 ? 'kept' : 'to keep'}${but}`;
}

;// CONCATENATED MODULE: ./src/report/groups.ts


/** Splits the plan by storage type, as the rules are applied. Empty types are left out. */
function groupByStorage({ kept = [], selected = [] }) {
    const types = [...STORAGE_TYPES, undefined];
    return types
        .map(type => ({
        storage: printable_text `${type ?? 'unknown storage'}`,
        kept: kept.filter(({ backup }) => backup.storageType === type),
        selected: selected.filter(({ storageType }) => storageType === type),
    }))
        .filter(group => group.kept.length + group.selected.length > 0);
}

;// CONCATENATED MODULE: ./src/report/record-format.ts

/** Why a backup whose DELETE was sent does not count as deleted. */
const WHY_NOT_DELETED = {
    'still-listed': printable_text `still listed`,
    'file-may-remain': printable_text `its file may remain`,
    unknown: printable_text `not known`,
};
/** What log and summary show of a record, beside its name and its id. */
function formatRecord(record, calendar) {
    return {
        time: record.kind === 'backup' ? calendar.format(record.createdOn) : printable_text `(not readable)`,
        storage: printable_text `${record.storageType ?? '-'}`,
    };
}

;// CONCATENATED MODULE: ./src/report/timeline.ts


const MAX_MONTHS = 36;
const LEGEND = [
    ['●', printable_text `● keep`],
    ['○', printable_text `○ delete`],
    ['◐', printable_text `◐ both`],
    ['×', printable_text `× not proven gone`],
    ['–', printable_text `– not tried`],
    ['!', printable_text `! gone, not by this run`],
];
const DAYS = '1   5    10   15   20   25   30';
/**
 * Draws the backups of a storage type as a calendar: one line a month, newest first, and one column a day.
 * @param statusOf the status of a selected backup; `planned`: nothing was sent, and it would be deleted
 * @param missingIds what should remain and is not listed any more
 * @returns lines; none if there is nothing to draw
 */
function drawTimeline({ kept, selected }, statusOf, calendar, missingIds = new Set()) {
    const months = new Map();
    const used = new Set();
    function add(createdOn, mark) {
        const { month, day } = calendar.splitDate(createdOn);
        const days = months.get(month) ?? new Map();
        months.set(month, days.set(day, mergeMarks(days.get(day), mark)));
    }
    for (const { backup } of kept)
        add(backup.createdOn, missingIds.has(backup.id) ? '!' : '●');
    for (const record of selected) {
        if (record.kind === 'backup')
            add(record.createdOn, chooseMark(statusOf(record)));
    }
    if (months.size === 0)
        return [];
    const newestFirst = [...months].sort(([a], [b]) => (a < b ? 1 : -1));
    const lines = newestFirst.slice(0, MAX_MONTHS).map(([month, days]) => {
        for (const mark of days.values())
            used.add(mark);
        return printable_text `${month}  ${drawMonth(days)}`;
    });
    const older = newestFirst.length - lines.length;
    if (older > 0)
        lines.push(printable_text `… and ${pluralize(older, 'earlier month')}`);
    const legend = LEGEND.filter(([mark]) => used.has(mark)).map(([, meaning]) => meaning);
    const monthWidth = 'YYYY-MM'.length;
    const isShort = calendar.name.length < monthWidth;
    return [
        ...(isShort ? [] : [calendar.name]),
        toPrintable(`${(isShort ? calendar.name : '').padEnd(monthWidth)}  ${DAYS}`),
        ...lines,
        printable_text ``,
        join(legend, '  '),
    ];
}
function chooseMark(status) {
    if (status === 'not-sent')
        return '–';
    return status === 'planned' || status === 'deleted' || status === 'reported-deleted' ? '○' : '×';
}
function drawMonth(days) {
    return join(Array.from({ length: 31 }, (_, index) => days.get(index + 1) ?? '·'), '');
}
/** One mark for all backups of a day: the worst of them, or `◐`. */
function mergeMarks(before, mark) {
    if (before === undefined || before === mark)
        return mark;
    return ['!', '×', '–'].find(bad => bad === before || bad === mark) ?? '◐';
}

;// CONCATENATED MODULE: ./src/report/log.ts






const MAX_LINES = 200;
/** Lines about repeated attempts that one run prints. */
const MAX_NOTES = 20;
const PROGRESS_INTERVAL_MS = 5_000;
/** The workflow log. It redacts everything that it prints. */
class Log {
    redact;
    clock;
    warnings = [];
    noteCount = 0;
    lastProgress;
    constructor(redact, clock) {
        this.redact = redact;
        this.clock = clock;
        this.lastProgress = clock.monotonicMs();
    }
    info(line) {
        printLines(this.redact(line));
    }
    warning(line) {
        this.warnings.push(line);
        annotate('warning', this.redact(line));
    }
    error(line) {
        annotate('error', this.redact(line));
    }
    debug(line) {
        runner_debug(this.redact(line));
    }
    /** Prints a line about a repeated attempt. After the first few, only debug logging shows them. */
    note(line) {
        this.noteCount++;
        if (this.noteCount < MAX_NOTES) {
            this.info(line);
        }
        else if (this.noteCount === MAX_NOTES) {
            this.info(printable_text `${line} Run again with debug logging to see more lines like this.`);
        }
        else {
            this.debug(line);
        }
    }
    /** Prints how far a long run has come, every few seconds at most. */
    showProgress(line) {
        if (this.clock.monotonicMs() - this.lastProgress < PROGRESS_INTERVAL_MS)
            return;
        this.lastProgress = this.clock.monotonicMs();
        this.info(line());
    }
    printPlan(ledger, calendar) {
        const groups = groupByStorage(ledger);
        for (const group of groups) {
            const where = groups.length > 1 ? printable_text ` in ${group.storage}` : printable_text ``;
            const kept = group.kept.map(({ backup, reasons }) => printable_text `${formatLine(backup, calendar)}  ${join(reasons)}`);
            const selected = group.selected.map(record => formatLine(record, calendar));
            this.printGroup(printable_text `Timeline${where}`, drawTimeline(group, () => 'planned', calendar));
            this.printGroup(printable_text `Kept${where}: ${pluralize(kept.length, 'backup')}`, kept);
            this.printGroup(printable_text `Selected${where}: ${pluralize(selected.length, 'backup')}`, selected);
        }
        const ignored = ledger.ignored.map(({ record, reason }) => printable_text `${formatLine(record, calendar)}  ${reason}`);
        this.printGroup(printable_text `Ignored: ${pluralize(ignored.length, 'record')}`, ignored);
    }
    /** Prints every backup that is not proven to be deleted. The error names only the first ones. */
    printUnproven(ledger, calendar) {
        const { failed } = ledger;
        if (!failed || failed.length === 0)
            return;
        const lines = failed.map(record => printable_text `${formatLine(record, calendar)}  ${WHY_NOT_DELETED[ledger.statusOf(record.id)] ?? ''}`);
        this.printGroup(printable_text `Not proven to be deleted: ${pluralize(lines.length, 'backup')}`, lines);
    }
    printGroup(title, lines) {
        if (lines.length === 0)
            return;
        const shown = lines.slice(0, MAX_LINES);
        if (lines.length > MAX_LINES)
            shown.push(printable_text `… and ${formatNumber(lines.length - MAX_LINES)} more`);
        printGroup(this.redact(title), this.redact(shown.join('\n')));
    }
}
function formatLine(record, calendar) {
    const { time, storage } = formatRecord(record, calendar);
    return printable_text `${time}  ${record.id ?? '-'}  ${storage}  ${record.name}`;
}

;// CONCATENATED MODULE: ./src/report/report-file.ts


/** Described in docs/report.schema.json. A change that breaks its readers needs another number. */
const VERSION = 1;
/**
 * Formats the JSON report of a run that is over.
 * @param finishedAt milliseconds since 1970
 */
function formatReport(run, finishedAt, redact) {
    // Redacted value by value, so that the report stays JSON whatever characters a secret has.
    const redactTexts = (_key, value) => (typeof value === 'string' ? redact(value) : value);
    return `${JSON.stringify(buildReport(run, finishedAt), redactTexts, 2)}\n`;
}
function buildReport(run, finishedAt) {
    const { operation, reportedInputs, ledger, error } = run;
    return {
        version: VERSION,
        operation: operation ?? null,
        portal: reportedInputs?.host ?? null,
        dump: reportedInputs?.dump ?? null,
        dryRun: run.dryRun,
        result: judgeResult(run) ?? null,
        startedAt: formatTime(run.startedAt),
        finishedAt: formatTime(finishedAt),
        policy: reportedInputs?.policy ?? null,
        timeZone: reportedInputs ? run.calendar.name : null,
        ...(operation === 'delete-schedule' ? { schedule: describeSchedule(ledger) } : {}),
        counts: countAll(ledger),
        warnings: run.warnings,
        error: error?.message ?? null,
        backups: (ledger.firstListing ?? []).map(createRecordDescriber(run)),
    };
}
function describeSchedule({ schedule }) {
    if (schedule === 'not-checked')
        return null;
    return schedule === 'none' ? printable_text `none` : schedule.description;
}
function countAll(ledger) {
    const counts = Object.entries(collectLists(ledger)).map(([name, records]) => [
        name,
        records?.length ?? null,
    ]);
    return Object.fromEntries(counts);
}
/** @returns the function that describes a backup, or any other record of the first listing */
function createRecordDescriber(run) {
    const { ledger } = run;
    const decide = createDecisionFinder(run);
    return (record) => {
        const { id, name, storageType } = record;
        const { decision, reasons = [] } = decide(record);
        return {
            id: id ?? null,
            name,
            storageType: storageType ?? null,
            createdOn: record.kind === 'backup' ? formatTime(record.createdOn) : null,
            decision,
            reasons,
            status: findStatus(record, decision, ledger),
            error: (id && ledger.errorOf(id)?.message) ?? null,
        };
    };
}
/** @returns the function that finds what was decided about a record; null: nothing was decided */
function createDecisionFinder({ operation, ledger }) {
    const { selected, kept = [], ignored } = ledger;
    const selectedIds = new Set(selected?.map(({ id }) => id));
    const reasonsToKeep = new Map(kept.map(({ backup, reasons }) => [backup.id, reasons]));
    const reasonsToIgnore = new Map(ignored.map(({ record, reason }) => [record, [reason]]));
    return (record) => {
        const { id } = record;
        const ignore = reasonsToIgnore.get(record);
        const keep = id && reasonsToKeep.get(id);
        if (ignore)
            return { decision: 'ignore', reasons: ignore };
        if (keep)
            return { decision: 'keep', reasons: keep };
        if (selected === undefined)
            return { decision: null };
        // The call for the whole history deletes records without a readable id too.
        if (operation === 'delete-history' || (id && selectedIds.has(id)))
            return { decision: 'delete' };
        return { decision: 'ignore', reasons: [printable_text `not one of backup-ids`] };
    };
}
function findStatus({ id }, decision, ledger) {
    if (id)
        return ledger.statusOf(id);
    return decision === 'delete' && ledger.hasSent ? 'unknown' : 'not-sent';
}
/** `2026-03-31T02:15:00.000Z`. */
function formatTime(time) {
    return new Date(time).toISOString();
}

;// CONCATENATED MODULE: ./src/report/tables.ts



const MAX_ROWS = 250;
/** All tables together. GitHub accepts a summary of 1 MiB. */
const tables_MAX_BYTES = 800_000;
const MAX_OPEN_ROWS = 20;
/** The tables of one summary, which share its maximum size. */
class Tables {
    calendar;
    remainingBytes = tables_MAX_BYTES;
    constructor(calendar) {
        this.calendar = calendar;
    }
    /**
     * Renders a table, folded if it is long. A value that all rows share moves to the title. A phone has room for three
     * columns, so the rest is beside the name.
     * @param isOpen whether it is open even if it is long
     */
    render(title, rows, isOpen = false) {
        if (rows.length === 0)
            return '';
        const storage = findShared(rows.map(({ record }) => record.storageType ?? '-'));
        const why = findShared(rows.map(row => row.why ?? ''));
        const withIds = rows.some(row => row.withId);
        const heads = [
            printable_text `Date (${this.calendar.name})`,
            ...(why === undefined ? [printable_text `Why`] : []),
            printable_text `Name${storage === undefined ? ', storage' : ''}${withIds ? ', id' : ''}`,
        ];
        const lines = rows.slice(0, MAX_ROWS).map(row => {
            const shown = formatRecord(row.record, this.calendar);
            const name = [
                renderCode(row.record.name),
                ...(storage === undefined ? [makeBreakable(shown.storage)] : []),
                ...(row.withId && row.record.id ? [renderCode(printable_text `${row.record.id}`)] : []),
            ];
            const reason = why === undefined ? `<td>${escapeHtml(row.why ?? printable_text ``)}</td>` : '';
            return `<tr><td nowrap>${escapeHtml(shown.time)}</td>${reason}<td>${name.join(' ')}</td></tr>`;
        });
        const body = this.takeFitting(lines);
        const where = storage === undefined ? printable_text `` : printable_text ` in ${storage === '-' ? 'an unknown storage' : storage}`;
        const reason = why === undefined || why === '' ? printable_text `` : printable_text ` (${why})`;
        const cut = body.length < rows.length ? printable_text `, the first ${body.length} here` : printable_text ``;
        const heading = printable_text `${title}: ${pluralize(rows.length, 'backup')}${where}${reason}${cut}`;
        const open = isOpen || rows.length <= MAX_OPEN_ROWS ? ' open' : '';
        return `<details${open}><summary>${escapeHtml(heading)}</summary>
<table><tr>${heads.map(head => `<th>${makeBreakable(head)}</th>`).join('')}</tr>
${body.join('\n')}
</table></details>`;
    }
    takeFitting(lines) {
        const fitting = [];
        for (const line of lines) {
            this.remainingBytes -= Buffer.byteLength(line);
            if (this.remainingBytes < 0)
                break;
            fitting.push(line);
        }
        return fitting;
    }
}
/** @returns the value that all have; `undefined`: they differ */
function findShared(values) {
    const [first] = values;
    return values.every(value => value === first) ? first : undefined;
}
function renderCode(name) {
    return `<code>${makeBreakable(name)}</code>`;
}
/** Lets a long word break on a phone: after a separator, before a capital letter, or every eight characters. */
function makeBreakable(line) {
    return escapeHtml(line)
        .replace(/[-_/.]|\p{Ll}(?=\p{Lu})/gu, '$&<wbr>')
        .replace(/[\p{L}\p{M}\p{N}]{8}/gu, '$&<wbr>');
}

;// CONCATENATED MODULE: ./src/report/summary.ts







/**
 * Renders the job summary. It is HTML only, and every text in it is escaped. Blocks have no empty lines, because
 * Markdown would start again after one; `<pre>` may have them.
 */
function renderSummary(run) {
    const { ledger, warnings } = run;
    const tables = new Tables(run.calendar);
    const blocks = [
        `<h3>${describeState(run).icon} ${escapeHtml(formatHeadline(run))}</h3>`,
        renderParagraph(run.intent),
        renderError(run),
        ...warnings.map(warning => `<blockquote><b>Warning:</b> ${escapeHtml(warning)}</blockquote>`),
        typeof ledger.schedule === 'object'
            ? renderParagraph(printable_text `The schedule: ${ledger.schedule.description}.`)
            : '',
        ...renderTimelines(run),
        ...renderSelected(run, tables),
        ...renderKept(run, tables),
        tables.render(printable_text `Ignored`, ledger.ignored.map(({ record, reason }) => ({ record, why: reason }))),
    ];
    return blocks
        .filter(block => block !== '')
        .map(block => `${block}\n\n`)
        .join('');
}
/** Renders the error of a run as a block of the summary; empty if there is none. */
function renderError({ error, dryRun }) {
    if (!error)
        return '';
    const title = dryRun ? 'This dry run failed' : 'Error';
    return `<blockquote><b>${title}:</b> ${escapeHtml(error.message)}</blockquote>`;
}
function renderParagraph(line) {
    return line === '' ? '' : `<p>${escapeHtml(line)}</p>`;
}
function renderTimelines({ ledger, calendar }) {
    if (!ledger.deleted)
        return [];
    const statusOf = ({ id }) => (ledger.hasSent ? ledger.statusOf(id) : 'planned');
    const groups = groupByStorage(ledger);
    return groups.map(group => {
        const lines = drawTimeline(group, statusOf, calendar, ledger.missingIds);
        const title = groups.length > 1 ? `${escapeHtml(group.storage)}\n` : '';
        return lines.length === 0 ? '' : `<pre>\n${title}${lines.map(escapeHtml).join('\n')}\n</pre>`;
    });
}
function renderSelected({ ledger, error }, tables) {
    const newestFirst = (ledger.selected ?? []).toReversed();
    if (!ledger.hasSent) {
        const rows = newestFirst.map(record => ({ record }));
        // An error asks the reader to look at this list, so it is open then.
        return [tables.render(printable_text `Would be deleted`, rows, error !== undefined)];
    }
    const rowsWith = (...statuses) => ledger
        .withStatus(...statuses)
        .toReversed()
        .map(record => ({ record }));
    const notProven = newestFirst.flatMap(record => {
        const why = WHY_NOT_DELETED[ledger.statusOf(record.id)];
        return why ? { record, why, withId: true } : [];
    });
    const isVerified = ledger.verification.kind === 'conclusive';
    return [
        tables.render(printable_text `Not proven to be deleted`, notProven),
        tables.render(isVerified ? printable_text `Deleted` : printable_text `Deleted, as the portal reported, not checked`, rowsWith('deleted', 'reported-deleted')),
        tables.render(printable_text `Not tried`, rowsWith('not-sent')),
    ];
}
function renderKept({ ledger }, tables) {
    const { missingIds } = ledger;
    const groups = groupByStorage(ledger);
    const rows = (kept, isMissing) => kept
        .filter(({ backup }) => missingIds.has(backup.id) === isMissing)
        .map(({ backup, reasons }) => ({ record: backup, why: join(reasons), withId: isMissing }));
    return [
        ...groups.map(({ kept }) => tables.render(printable_text `Should have been kept, but is gone`, rows(kept, true))),
        ...groups.map(({ kept }) => tables.render(ledger.knowsWhatRemains ? printable_text `Kept` : printable_text `To keep`, rows(kept, false))),
    ];
}

;// CONCATENATED MODULE: ./src/report/reporter.ts










/** Reports a run: in the log while it goes on, and in the summary, the report file and the outputs when it is over. */
class Reporter {
    redact;
    clock;
    log;
    run;
    constructor(ledger, redact, clock) {
        this.redact = redact;
        this.clock = clock;
        this.log = new Log(redact, clock);
        this.run = {
            operation: undefined,
            intent: printable_text ``,
            reportedInputs: undefined,
            dryRun: isInputSetTo('dry-run', 'true'),
            startedAt: clock.epochMs(),
            ledger,
            calendar: UTC,
            warnings: this.log.warnings,
            isCancelled: false,
            error: undefined,
            lastDeleteStatus: () => undefined,
        };
    }
    /**
     * Reports a run that is over. The outputs come last, because nothing can fail after a success is written.
     * @returns whether the step succeeded
     */
    async report() {
        const { log, run } = this;
        await this.addToSummary(renderSummary(run));
        const reportFile = this.writeReport(createReportPath());
        log.printUnproven(run.ledger, run.calendar);
        log.info(printable_text `${formatHeadline(run)}.`);
        if (run.error)
            log.error(run.error.message);
        try {
            writeOutputs(run, reportFile);
        }
        catch (error) {
            if (!run.error) {
                run.error = new ActionError(explainWriteError(error));
                log.error(run.error.message);
                // Report and summary say that the run succeeded.
                this.writeReport(reportFile);
                await this.addToSummary(renderError(run));
            }
            return false;
        }
        return run.error === undefined;
    }
    async addToSummary(html) {
        if (isInputSetTo('summary', 'false'))
            return;
        try {
            await addToSummary(this.redact(html));
        }
        catch {
            this.log.warning(printable_text `The job summary could not be written to GITHUB_STEP_SUMMARY.`);
        }
    }
    /** @returns the path of the JSON report; empty: there is none */
    writeReport(file) {
        if (file === '')
            return '';
        try {
            runner_writeFile(file, formatReport(this.run, this.clock.epochMs(), this.redact));
            return file;
        }
        catch {
            this.log.warning(printable_text `The report could not be written to RUNNER_TEMP.`);
            return '';
        }
    }
}

;// CONCATENATED MODULE: ./src/main.ts



















/** The reason of `stop` when the runner cancels the step. */
const CANCELLED = Symbol('cancelled');
/**
 * Runs the whole step: reads the inputs, runs the operation, reports. It always ends with a report.
 * @param stop fires when the run must end early: with CANCELLED, or with an error that nothing caught
 * @returns whether the step succeeded
 */
async function main(clock, stop) {
    // With this variable, Node would accept any certificate, and anybody could read the token.
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    const secrets = findSecrets(readRawToken());
    secrets.forEach(mask);
    const reporter = new Reporter(new Ledger(), createRedact(secrets), clock);
    const { run, log } = reporter;
    try {
        const inputs = readInputs(reporter.redact);
        describeRun(run, inputs);
        log.info(run.intent);
        checkWritable();
        await Promise.race([operate(inputs, reporter, clock, stop), giveUpAfterGrace(clock, stop)]);
    }
    catch (error) {
        run.error = toActionError(error, reporter);
    }
    if (stop.aborted) {
        run.isCancelled = stop.reason === CANCELLED;
        const reason = run.isCancelled
            ? printable_text `The run was cancelled.`
            : toActionError(stop.reason, reporter).message;
        run.error = new ActionError(join([reason, ...explainUnfinished(run)], ' '));
    }
    return reporter.report();
}
/** Fills in what the inputs say about the run. */
function describeRun(run, inputs) {
    run.operation = inputs.operation;
    run.calendar = inputs.calendar;
    run.intent = describeIntent(inputs);
    run.reportedInputs = {
        host: inputs.host,
        dump: inputs.dump === true,
        policy: inputs.operation === 'prune-history' ? readKeepInputs() : undefined,
    };
}
/** Runs the operation. @throws ActionError for anything but a success */
async function operate(inputs, { run, log, redact }, clock, stop) {
    const { token, dump, dryRun, calendar } = inputs;
    const deadline = new Deadline(inputs.timeoutSeconds, stop, clock);
    const budget = new TimeBudget(deadline);
    const { portalUrl, host, retries } = inputs;
    const settings = { portalUrl, host, retries, authorization: token.authorization, redact };
    const client = new Client(settings, deadline, budget, clock, line => log.note(line));
    const portal = createPortal(client, deadline, budget, { dump, isApiKey: token.isApiKey, redact });
    run.lastDeleteStatus = () => client.lastDeleteStatus;
    const context = {
        portal: dryRun ? asDryRun(portal) : portal,
        ledger: run.ledger,
        log,
        deadline,
        budget,
        clock,
        calendar,
        dryRun,
    };
    switch (inputs.operation) {
        case 'delete-schedule':
            return deleteSchedule(context, inputs);
        case 'delete-history':
            return deleteHistory(context, inputs);
        case 'delete-backups':
            return deleteBackups(context, inputs);
        case 'prune-history':
            return pruneHistory(context, inputs);
    }
}
/** Ends a moment after a stop: the report must be written before the runner kills the process. */
function giveUpAfterGrace(clock, stop) {
    return new Promise(resolve => {
        // By then the requests have ended. The operation gets another second.
        const start = () => void clock.after(GRACE_MS + 1_000, resolve);
        if (stop.aborted)
            start();
        else
            stop.addEventListener('abort', start);
    });
}
function describeIntent(inputs) {
    const dryRun = inputs.dryRun ? printable_text `Dry run, nothing will be deleted: ` : printable_text ``;
    const whose = inputs.dump
        ? printable_text `the server-wide dump backups, not the portal's own`
        : printable_text `the portal's own backups`;
    const policy = inputs.operation === 'prune-history' ? printable_text `; keeping ${formatPolicy(inputs.policy)}` : printable_text ``;
    const unverified = 'verify' in inputs && !inputs.verify ? printable_text `; unverified` : printable_text ``;
    return printable_text `${dryRun}${inputs.operation} on ${inputs.host}; ${whose}${policy}${unverified}`;
}
/** Explains what a run that ended early left behind; nothing if it had verified its deletions. */
function explainUnfinished({ ledger }) {
    const isVerified = ledger.verification.kind === 'conclusive' && ledger.failed?.length === 0;
    if (!ledger.hasSent || isVerified)
        return [];
    return [
        printable_text `No deletion was started after that; one that was already sent may have been carried out.`,
        ...explainFailed(ledger, undefined),
    ];
}
/** An error as a text for people. One that is no ActionError is a defect; its own message may hold anything. */
function toActionError(error, { log, redact }) {
    if (error instanceof ActionError)
        return error;
    const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
    const frames = stack.split('\n').filter(line => line.startsWith('    at '));
    log.debug(join(
    // Without the folders, of which a runner has many.
    frames.map(frame => quoteInput(frame.trim().replace(/(?<=\(|at )\S*[\\/]/, ''), redact)), ' '));
    return new ActionError(printable_text `Unexpected error (${quoteInput(name, redact)}): a defect in this action. Run again with debug logging, and report it.`);
}

;// CONCATENATED MODULE: ./src/index.ts


// The step fails unless `main` reports success.
process.exitCode = 1;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']) {
    process.on(signal, () => stop.abort(CANCELLED));
}
// tools/start.mjs cancels the action by a message, or dies.
for (const event of ['message', 'disconnect'])
    process.on(event, () => stop.abort(CANCELLED));
// That channel would keep the process alive, so that `beforeExit` would never fire.
process.channel?.unref();
for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, error => stop.abort(error ?? new Error('Nothing was thrown')));
}
// Nothing is left to wait for, and `main` has not ended.
process.on('beforeExit', () => stop.abort(new Error('The run came to a standstill')));
main(systemClock, stop.signal).then(isSuccess => exit(isSuccess ? 0 : 1), () => exit(1, '::error::Unexpected error: a defect in this action.\n'));
/** Ends the process even if a connection is half-open, but only after everything printed has left it. */
function exit(code, lastLine = '') {
    process.stdout.write(lastLine, () => process.exit(code));
}

})();

module.exports = __webpack_exports__;
/******/ })()
;