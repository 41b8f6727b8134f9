/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	var __webpack_modules__ = ({

/***/ 629:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {



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

/***/ 611:
/***/ ((module) => {

module.exports = require("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

module.exports = require("https");

/***/ }),

/***/ 16:
/***/ ((module) => {

module.exports = require("url");

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
;// CONCATENATED MODULE: ./src/unused.ts
class Unused {
    constructor() {
        throw new Error('Not part of this bundle');
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
                tunnelAgent = overHttps ? Unused : Unused;
            }
            else {
                tunnelAgent = overHttps ? Unused : Unused;
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
        proxyAgent = new Unused(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
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
const summary = (/* unused pure expression or super */ null && (_summary));
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
function core_info(message) {
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
;// CONCATENATED MODULE: ./src/failure.ts
class Failure extends Error {
    endsAll = false;
}
class NotSent extends Failure {
    endsAll = true;
}
class NoAnswer extends Failure {
    worthRetrying;
    constructor(message, worthRetrying) {
        super(message);
        this.worthRetrying = worthRetrying;
    }
}
class BadAnswer extends Failure {
    endsAll;
    constructor(message, status, asksTooMuch = false) {
        super(message);
        this.endsAll = asksTooMuch || (status >= 300 && status < 400) || [401, 402, 403, 404].includes(status);
    }
}

;// CONCATENATED MODULE: ./src/deadline.ts

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const GRACE_MS = 5_000;
function startDeadline(seconds, cancelled) {
    const endsAt = now() + seconds * 1000;
    const left = () => Math.max(0, endsAt - now());
    const running = [];
    const idle = [];
    cancelled.addEventListener('abort', () => {
        startTimer(() => {
            for (const end of running)
                end();
        }, GRACE_MS);
    });
    return {
        seconds,
        cancelled,
        left,
        assertOpen() {
            if (cancelled.aborted)
                throw new NotSent('The run was cancelled.');
            if (left() > 0)
                return;
            throw new NotSent(`The deadline of ${seconds} s passed. Raise timeout-seconds.`);
        },
        async sleep(ms, stopped = cancelled) {
            if (ms >= left())
                return false;
            const over = AbortSignal.any([cancelled, stopped]);
            await new Promise(resolve => {
                const timer = startTimer(resolve, over.aborted ? 0 : ms);
                over.addEventListener('abort', () => {
                    clearTimeout(timer);
                    resolve();
                });
            });
            return !over.aborted;
        },
        limit: (ms, work) => new Promise((resolve, reject) => {
            const controller = idle.pop() ?? new AbortController();
            function end() {
                resolve(undefined);
                controller.abort();
            }
            const timer = startTimer(end, ms);
            running.push(end);
            work(controller.signal)
                .then(resolve, reject)
                .finally(() => {
                clearTimeout(timer);
                running.splice(running.indexOf(end), 1);
                if (!controller.signal.aborted)
                    idle.push(controller);
            });
        }),
    };
}
function now() {
    return process.uptime() * 1000;
}
function startTimer(callback, ms) {
    return setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
}

// EXTERNAL MODULE: ./node_modules/hpagent/index.js
var hpagent = __nccwpck_require__(629);
;// CONCATENATED MODULE: ./node_modules/hpagent/index.mjs


/* harmony default export */ const node_modules_hpagent = ((/* unused pure expression or super */ null && (mod)));
const HttpProxyAgent = hpagent.HttpProxyAgent
const HttpsProxyAgent = hpagent.HttpsProxyAgent

;// CONCATENATED MODULE: ./src/text.ts
const LONGEST_NAME = 100;
const LONGEST_VALUE = 80;
function redact(text, secret) {
    return secret === '' ? text : text.replaceAll(secret, '***');
}
function printable(text, secret) {
    return cut(redact(text, secret).replace(/[^\p{L}\p{M}\p{N} ._+,=()@-]/gu, '?'), LONGEST_NAME);
}
function quoted(value, secret) {
    const visible = cut(redact(value, secret), LONGEST_VALUE);
    return JSON.stringify(visible).replace(/[^ -~]/gu, char => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
function escapeHtml(text) {
    return text.replace(/[&<>"'`]/g, char => `&#${char.charCodeAt(0)};`);
}
function count(number, noun) {
    return `${thousands(number)} ${noun}${number === 1 ? '' : 's'}`;
}
function thousands(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}
function cut(text, longest) {
    return text.length <= longest ? text : text.replace(new RegExp(`(?<=^.{${longest}}).+`, 'su'), '…');
}
function formatTime(time) {
    return new Date(time).toISOString().slice(0, -':00.000Z'.length).replace('T', ' ');
}

;// CONCATENATED MODULE: ./src/records.ts

const STORAGE_TYPES = [
    'Documents',
    'ThridpartyDocuments',
    'CustomCloud',
    'Local',
    'DataStore',
    'ThirdPartyConsumer',
];
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
function parseBackupId(text) {
    const lower = typeof text === 'string' ? text.toLowerCase() : '';
    return isBackupId(lower) ? lower : undefined;
}
function isBackupId(text) {
    return GUID.test(text);
}
function parseStorageType(value) {
    if (typeof value !== 'string' && typeof value !== 'number')
        return undefined;
    const text = String(value).toLowerCase();
    return STORAGE_TYPES.find((name, number) => text === name.toLowerCase() || text === String(number));
}
function parseHistory(items, secret) {
    const byId = new Map();
    const withoutId = [];
    for (const item of items) {
        const record = parseRecord(item, secret);
        const { id, name } = record;
        if (!id)
            withoutId.push(record);
        else if (!byId.has(id))
            byId.set(id, record);
        else
            byId.set(id, { kind: 'unreadable', id, name, problem: 'its id is listed twice' });
    }
    return [...byId.values(), ...withoutId];
}
function parseRecord(item, secret) {
    const fileName = property(item, 'fileName');
    const name = typeof fileName === 'string' && fileName !== '' ? printable(fileName, secret) : '(no name)';
    const id = parseBackupId(property(item, 'id'));
    const unreadable = (problem) => ({ kind: 'unreadable', id, name, problem });
    if (!id)
        return unreadable('its id is no GUID');
    const createdOn = parseTime(property(item, 'createdOn'));
    if (typeof createdOn !== 'number')
        return unreadable('its createdOn is missing or cannot be read');
    const expiresOn = parseTime(property(item, 'expiresOn') ?? YEAR_1);
    if (expiresOn === undefined)
        return unreadable('its expiresOn cannot be read');
    const storageType = parseStorageType(property(item, 'storageType'));
    if (!storageType)
        return unreadable('its storageType is missing or unknown');
    return {
        kind: 'backup',
        id,
        name,
        storageType,
        createdOn,
        expiresOn: expiresOn === 'never' ? undefined : expiresOn,
    };
}
const YEAR_1 = '0001-01-01T00:00:00';
const TIME = /^(?!0000)(\d{4}-\d\d-(\d\d))(T(?!24)\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;
function parseTime(value) {
    if (value === YEAR_1)
        return 'never';
    const [, date = '', day, clock = '', fraction = '', offset = 'Z'] = (typeof value === 'string' && TIME.exec(value)) || [];
    const time = Date.parse(`${date}${clock}${fraction.slice(0, 4)}${offset}`);
    if (Number.isNaN(time) || new Date(date).getUTCDate() !== Number(day))
        return undefined;
    return date.startsWith('0001-') ? 'never' : time;
}
const PERIODS = ['daily', 'weekly', 'monthly'];
function describeSchedule(response) {
    const cron = property(response, 'cronParams');
    const [period, day, hour] = ['period', 'day', 'hour'].map(name => wholeNumber(property(cron, name)));
    const copies = wholeNumber(property(response, 'backupsStored'));
    const storage = parseStorageType(property(response, 'storageType')) ?? '?';
    const days = period === 0 ? '' : ` day ${day},`;
    return `${PERIODS[Number(period)] ?? '?'},${days} at ${hour}:00, keeping ${copies} copies, in ${storage}`;
}
function wholeNumber(value) {
    return Number.isSafeInteger(value) ? value : '?';
}
function property(value, name) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
        return undefined;
    return Reflect.get(value, name);
}

;// CONCATENATED MODULE: ./src/http.ts








const MOST_AT_ONCE = 8;
const MOST_BYTES = 1024 * 1024;
const LONGEST_ERROR_BODY_MS = 5_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const TRANSIENT_STATUSES = new Set([429, 502, 503, 504]);
function openHttp(settings, deadline, note) {
    const client = new lib_HttpClient('docspace-backup-cleanup', [], {
        keepAlive: true,
        maxSockets: MOST_AT_ONCE,
        socketTimeout: LONGEST_TIMER_MS,
    });
    const headers = {
        accept: 'application/json',
        'accept-encoding': 'identity',
        authorization: settings.authorization,
        'user-agent': client.userAgent,
    };
    const url = settings.portalUrl;
    let route;
    let lastDeleteStatus;
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    async function request(method, path, { mostBytes = MOST_BYTES, isDone, stopped } = {}) {
        deadline.assertOpen();
        for (let number = 1;; number++) {
            const isLast = number > settings.retries;
            const result = await attempt(method, path, mostBytes, isLast);
            const hasNone = result instanceof NoAnswer;
            const mayPass = hasNone ? result.worthRetrying : TRANSIENT_STATUSES.has(result.status);
            if (!mayPass)
                return unwrap(result);
            const done = isDone ? await isDone(hasNone || result.status === 504) : false;
            if (done)
                return 'done';
            const wait = waitBeforeRetry(number, result);
            if (isLast || done === undefined || wait >= deadline.left())
                return unwrap(result);
            const what = hasNone ? result.message : `${result.where}: HTTP ${result.status}.`;
            note(`${what} Attempt ${number} of ${settings.retries + 1}; the next in ${(wait / 1000).toFixed(1)} s.`);
            if (!(await deadline.sleep(wait, stopped)))
                return unwrap(result);
        }
    }
    async function attempt(method, path, mostBytes, isLast) {
        const where = `${method} ${path} on ${url.host}`;
        const limitMs = deadline.left() * (isLast ? 0.9 : 0.5);
        try {
            const answer = await deadline.limit(limitMs, signal => exchange(method, path, mostBytes, signal));
            if (answer)
                return { where, ...answer };
        }
        catch (error) {
            const { message, worthRetrying } = error instanceof NoAnswer ? error : explainLostConnection(error);
            return new NoAnswer(`${where}: ${message}`, worthRetrying);
        }
        if (deadline.cancelled.aborted)
            return new NoAnswer(`${where}: no answer before the run was cancelled.`, false);
        const limit = `${(limitMs / 1000).toFixed(1)} s, of the ${deadline.seconds} s that timeout-seconds allows.`;
        return new NoAnswer(`${where}: no whole answer within ${limit}`, true);
    }
    function findRoute() {
        const isTls = url.protocol === 'https:';
        const proxy = findProxy(url, isTls ? 'https_proxy' : 'http_proxy');
        const agent = proxy ? makeProxyAgent(isTls, proxy) : client.getAgent(url.href);
        const host = url.hostname.replace(/^\[|\]$/g, '');
        const options = { host, port: url.port, agent };
        return { parsedUrl: url, httpModule: isTls ? external_https_ : external_http_, options };
    }
    async function exchange(method, path, mostBytes, signal) {
        route ??= findRoute();
        const options = { ...route.options, method, path, headers, signal };
        const { message } = await client.requestRaw({ ...route, options }, null);
        const status = message.statusCode ?? 0;
        const retryAfterMs = TRANSIENT_STATUSES.has(status)
            ? parseRetryAfter(message.headers['retry-after'])
            : undefined;
        if (method === 'DELETE')
            lastDeleteStatus = status;
        return {
            status,
            contentType: (message.headers['content-type'] ?? '').toLowerCase(),
            redirectOrigin: originOf(message.headers.location, url),
            retryAfterMs,
            asksTooMuch: Number(retryAfterMs) >= deadline.left(),
            body: await (status === 200 ? readBody(message, mostBytes) : readErrorBody(message)),
        };
    }
    async function readErrorBody(message) {
        const limitMs = Math.min(LONGEST_ERROR_BODY_MS, deadline.left() / 4);
        const body = await deadline.limit(limitMs, () => readBody(message, MOST_BYTES).catch(() => undefined));
        if (body === undefined)
            message.destroy();
        return body ?? 'unreadable';
    }
    return { request, lastDeleteStatus: () => lastDeleteStatus };
}
async function readBody(message, mostBytes) {
    const chunks = [];
    let size = 0;
    for await (const chunk of message) {
        size += chunk.length;
        if (size > mostBytes) {
            throw new NoAnswer(`The answer is longer than ${mostBytes / 1024 / 1024} MiB.`, false);
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
}
function unwrap(result) {
    if (result instanceof NoAnswer)
        throw result;
    return result;
}
function waitBeforeRetry(attempt, result) {
    if (!(result instanceof NoAnswer) && result.retryAfterMs !== undefined)
        return result.retryAfterMs;
    return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
function parseRetryAfter(header = '') {
    if (/^\d+$/.test(header))
        return Number(header) * 1000;
    const ms = header.endsWith(' GMT') ? Date.parse(header) - Date.now() : Number.NaN;
    return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
function originOf(location = '', base) {
    const origin = location !== '' && URL.canParse(location, base.href) ? new URL(location, base).origin : '';
    return /^http.{1,100}$/.test(origin) ? origin : undefined;
}
function findProxy(url, name) {
    const configured = process.env[name] || process.env[name.toUpperCase()];
    const proxy = getProxyUrl(url);
    if (configured && !checkBypass(url) && !/^https?:/.test(proxy?.href ?? '')) {
        throw Object.assign(new Error(), { code: 'ERR_INVALID_URL' });
    }
    return proxy?.href;
}
function makeProxyAgent(isTls, proxy) {
    const options = { keepAlive: true, proxy };
    const agent = isTls ? new HttpsProxyAgent(options) : new HttpProxyAgent(options);
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (target, done) => connect(target, (error, socket) => done?.(error && explainProxy(error), socket));
    return agent;
}
function explainProxy({ message }) {
    const [status] = /(?<=^Bad response: )\d+/.exec(message) ?? [];
    const what = status ? `does not connect to the portal (HTTP ${status})` : 'cannot be reached';
    const mayPass = status === undefined || TRANSIENT_STATUSES.has(Number(status));
    return new NoAnswer(`The proxy ${what}. Check https_proxy and no_proxy.`, mayPass);
}
const CONNECTION_ERRORS = [
    [/^ECONNREFUSED$/, 'The connection was refused: nothing listens at this host and port.', true],
    [/^(ENOTFOUND|EAI_AGAIN)$/, 'The host name cannot be found. Check portal-url.', true],
    [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'The certificate of the portal has expired, or a clock is wrong.'],
    [/ALTNAME_INVALID$/, 'The certificate of the portal is for another host name. Check portal-url.'],
    [
        /CERT|SIGNATURE|^INVALID_(CA|PURPOSE)$/,
        'The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS.',
    ],
    [/^(EPROTO|ERR_SSL_|HPE_)/, 'No HTTP, or no TLS, is spoken here. Check scheme and port of portal-url.'],
    [
        /^ERR_INVALID_URL$/,
        'The proxy that https_proxy or http_proxy names is no URL such as http://proxy.example:3128.',
    ],
];
function explainLostConnection(error) {
    const code = String(property(error, 'code') || 'no code');
    for (const [codes, text, worthRetrying] of CONNECTION_ERRORS) {
        if (codes.test(code))
            return new NoAnswer(`${text} (${code})`, worthRetrying ?? false);
    }
    return new NoAnswer(`The connection was lost. (${code})`, true);
}

;// CONCATENATED MODULE: ./src/retention.ts

const retention_PERIODS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NO_RULE = {
    last: 0,
    hourly: 0,
    daily: 0,
    weekly: 0,
    monthly: 0,
    yearly: 0,
    within: undefined,
};
const PERIOD_OF = {
    last: (_time, index) => index,
    hourly: time => Math.floor(time.getTime() / HOUR_MS),
    daily: time => Math.floor(time.getTime() / DAY_MS),
    weekly: isoWeek,
    monthly: time => time.getUTCFullYear() * 12 + time.getUTCMonth(),
    yearly: time => time.getUTCFullYear(),
};
function planRetention(backups, policy, now) {
    const newestFirst = [...backups].sort(compareNewestFirst);
    const rules = retention_PERIODS.map(period => ({ period, left: policy[period], current: Number.NaN }));
    const within = policy.within && {
        edge: withinEdge(newestFirst, policy.within, now),
        span: formatDuration(policy.within),
    };
    const plan = { kept: [], selected: [] };
    for (const [index, backup] of newestFirst.entries()) {
        const reasons = [];
        if (within && !(backup.createdOn <= within.edge))
            reasons.push(`within ${within.span}`);
        const isOldest = index === newestFirst.length - 1;
        for (const rule of rules) {
            if (rule.left === 0)
                continue;
            const period = PERIOD_OF[rule.period](new Date(backup.createdOn), index);
            const isNew = period !== rule.current;
            if (!isNew && !isOldest)
                continue;
            reasons.push(isNew ? rule.period : `oldest ${rule.period}`);
            rule.current = period;
            rule.left--;
        }
        if (reasons.length > 0)
            plan.kept.push({ backup, reasons });
        else
            plan.selected.push(backup);
    }
    if (plan.kept.length === 0 && plan.selected.length > 0) {
        throw new Failure('The policy would leave no backup at all. Nothing was deleted.');
    }
    return plan;
}
function compareNewestFirst(a, b) {
    return b.createdOn - a.createdOn || (a.id < b.id ? -1 : 1);
}
function withinEdge(newestFirst, within, now) {
    const latest = newestFirst.find(backup => backup.createdOn < now);
    return latest ? subtract(latest.createdOn, within) : Number.NEGATIVE_INFINITY;
}
function subtract(time, { y, m, w, d, h }) {
    const date = new Date(time);
    date.setUTCFullYear(date.getUTCFullYear() - y, date.getUTCMonth() - m, date.getUTCDate() - w * 7 - d);
    return date.getTime() - h * HOUR_MS;
}
function isoWeek(time) {
    return Math.floor((Math.floor(time.getTime() / DAY_MS) + 3) / 7);
}
function formatPolicy(policy) {
    const rules = retention_PERIODS.filter(period => policy[period] > 0).map(period => `${policy[period]} ${period}`);
    return [...rules, ...(policy.within ? [`within ${formatDuration(policy.within)}`] : [])].join(', ');
}
function formatDuration(duration) {
    return Object.entries(duration)
        .map(([unit, number]) => (number === 0 ? '' : `${number}${unit}`))
        .join('');
}

;// CONCATENATED MODULE: ./src/outcome.ts



function newOutcome() {
    return {
        note: '',
        selected: undefined,
        deleted: new Set(),
        failed: new Set(),
        kept: undefined,
        ignored: [],
    };
}
function settle(outcome, selected, kept, maxDeletions, log, total = selected.length) {
    outcome.selected = selected;
    outcome.kept = kept;
    log.plan(selected, kept);
    if (maxDeletions === undefined || total <= maxDeletions)
        return;
    throw new Failure(`${count(total, 'backup')} selected, but max-deletions allows ${maxDeletions}. Nothing was deleted. Look at the list, then raise the limit or select less.`);
}
function hasId(record) {
    return record.id !== undefined;
}
function idsOf(records) {
    return new Set(records.filter(hasId).map(({ id }) => id));
}
function compareOldestFirst(a, b) {
    if (a.kind === 'backup' && b.kind === 'backup')
        return compareNewestFirst(b, a);
    return Number(a.kind === 'unreadable') - Number(b.kind === 'unreadable');
}

;// CONCATENATED MODULE: ./src/delete-backups.ts





const MOST_NAMED = 10;
async function deleteBackups(portal, { ids, maxDeletions }, outcome, log) {
    const listed = (await portal.history()).filter(hasId);
    const listedIds = idsOf(listed);
    const unknown = [...ids].filter(id => !listedIds.has(id));
    if (unknown.length > 0) {
        throw new Failure(`${count(unknown.length, 'id')} of backup-ids not in the history: ${someOf(unknown)}. Nothing was deleted. They may be gone already, or be of the other kind (dump).`);
    }
    const selected = listed.filter(({ id }) => ids.has(id)).sort(compareOldestFirst);
    settle(outcome, selected, [], maxDeletions, log);
    await deleteEach(portal, selected, outcome, log);
}
async function pruneHistory(portal, { policy, storageTypes, maxDeletions }, outcome, log) {
    const { backups, ignored } = setAside(await portal.history(), storageTypes);
    outcome.ignored = ignored;
    const unreadable = ignored.filter(({ record }) => record.kind === 'unreadable');
    if (unreadable.length > 0) {
        const named = unreadable.map(({ record, reason }) => `${record.id ?? record.name} (${reason})`);
        log.warning(`${count(unreadable.length, 'record')} of the history left alone: ${someOf(named)}.`);
    }
    const plan = planRetention(backups, policy, Date.now());
    const selected = plan.selected.reverse();
    settle(outcome, selected, plan.kept, maxDeletions, log);
    await deleteEach(portal, selected, outcome, log);
}
function setAside(history, storageTypes) {
    const backups = [];
    const ignored = [];
    for (const record of history) {
        const leave = (reason) => ignored.push({ record, reason });
        if (record.kind === 'unreadable')
            leave(record.problem);
        else if (record.expiresOn !== undefined)
            leave('temporary: the portal removes it');
        else if (storageTypes && !storageTypes.has(record.storageType))
            leave('not of the storage-types');
        else
            backups.push(record);
    }
    return { backups, ignored };
}
async function deleteEach(portal, selected, outcome, log) {
    const deleted = new Set();
    const failed = new Set();
    outcome.deleted = deleted;
    outcome.failed = failed;
    const errors = new Map();
    const stop = new AbortController();
    const queue = selected.values();
    async function work() {
        for (const { id } of queue) {
            try {
                await portal.deleteBackup(id, stop.signal);
                deleted.add(id);
            }
            catch (error) {
                if (!(error instanceof NotSent))
                    failed.add(id);
                if (error instanceof Failure && !error.endsAll)
                    errors.set(id, error);
                else
                    stop.abort(error);
            }
            log.progress(`${thousands(deleted.size)} of ${count(selected.length, 'backup')} done.`);
            if (stop.signal.aborted)
                return;
        }
    }
    await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
    try {
        const listed = idsOf(await portal.history());
        for (const id of [...deleted, ...failed]) {
            const [to, from] = listed.has(id) ? [failed, deleted] : [deleted, failed];
            from.delete(id);
            to.add(id);
        }
    }
    catch (error) {
        stop.signal.throwIfAborted();
        throw error;
    }
    stop.signal.throwIfAborted();
    if (failed.size > 0) {
        const [reason] = [...failed].flatMap(id => errors.get(id)?.message ?? []);
        throw new Failure(`${count(failed.size, 'backup')} of ${selected.length} still listed: ${someOf([...failed])}. ${reason ?? 'The portal reported success for each; its log has the reason.'}`);
    }
}
function someOf(names) {
    const rest = names.length - MOST_NAMED;
    return names.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

;// CONCATENATED MODULE: ./src/delete-history.ts



const LOOK_AGAIN_MS = 2_000;
async function deleteHistory(portal, inputs, outcome, deadline, log) {
    if (!inputs.verify) {
        outcome.deleted = undefined;
        outcome.failed = undefined;
        return portal.deleteHistory();
    }
    const history = await portal.history();
    const selected = history.filter(hasId).sort(compareOldestFirst);
    const nameless = history.length - selected.length;
    if (nameless > 0) {
        outcome.note = `${count(nameless, 'record')} of the history without a readable id will go too, in no count.`;
        log.warning(outcome.note);
    }
    settle(outcome, selected, [], inputs.maxDeletions, log, history.length);
    async function look() {
        const after = await portal.history();
        const listed = idsOf(after);
        const [gone, left] = [new Set(), new Set()];
        for (const { id } of selected)
            (listed.has(id) ? left : gone).add(id);
        outcome.deleted = gone;
        outcome.failed = left;
        return left.size + after.filter(record => !hasId(record)).length;
    }
    let mayHaveBegun = false;
    async function isDone(isOpen) {
        mayHaveBegun = true;
        let before = Number.POSITIVE_INFINITY;
        let left = isOpen ? await look() : before;
        while (left > 0 && left < before) {
            log.info(`The portal may still be deleting: ${count(left, 'backup')} left.`);
            if (!(await deadline.sleep(LOOK_AGAIN_MS)))
                return undefined;
            before = left;
            left = await look();
        }
        if (left > 0)
            forget();
        return left === 0;
    }
    function forget() {
        outcome.deleted = undefined;
        outcome.failed = undefined;
    }
    deadline.assertOpen();
    forget();
    try {
        await portal.deleteHistory(isDone);
    }
    catch (error) {
        if (error instanceof BadAnswer && error.endsAll && !mayHaveBegun) {
            outcome.deleted = new Set();
            outcome.failed = idsOf(selected);
        }
        else {
            await look().catch(() => undefined);
        }
        throw error;
    }
    const left = await look();
    if (left > 0) {
        throw new Failure(`The portal reported success, but ${count(left, 'backup')} of ${history.length} still listed. Its log has the reason.`);
    }
}

;// CONCATENATED MODULE: ./src/delete-schedule.ts

async function deleteSchedule(portal, verify, outcome, log) {
    outcome.selected = [];
    outcome.kept = [];
    const schedule = verify ? await portal.schedule() : undefined;
    if (schedule || !verify) {
        const known = schedule ? `The schedule: ${schedule}. ` : '';
        outcome.note = `${known}Existing backups stay; with the schedule ends the portal's own removal of old scheduled copies.`;
        log.info(outcome.note);
    }
    await portal.deleteSchedule();
    if (verify && (await portal.schedule())) {
        throw new Failure('The portal reported success, but the schedule is still there. Its log has the reason.');
    }
}

;// CONCATENATED MODULE: ./src/inputs.ts





const OPERATIONS = ['delete-schedule', 'delete-history', 'delete-backups', 'prune-history'];
const DEFAULTS = {
    'dry-run': 'false',
    verify: 'true',
    retries: '3',
    'timeout-seconds': '300',
    'allow-http': 'false',
    summary: 'true',
};
const BELONGS_TO = {
    'backup-ids': ['delete-backups'],
    ...Object.fromEntries([...retention_PERIODS, 'within'].map(rule => [`keep-${rule}`, ['prune-history']])),
    'storage-types': ['prune-history'],
    'max-deletions': ['delete-history', 'delete-backups', 'prune-history'],
    verify: ['delete-schedule', 'delete-history'],
};
const INPUTS = [
    ...['operation', 'portal-url', 'token', 'dump'],
    ...Object.keys({ ...BELONGS_TO, ...DEFAULTS }),
];
function readSecret() {
    return getInput('token').replace(/^(bearer|basic)\s+/i, '');
}
function says(name, value) {
    return read(name).toLowerCase() === value;
}
function readInputs() {
    refuseUnknownInputs();
    const operation = OPERATIONS.find(name => name === read('operation'));
    if (!operation)
        throw refusal('operation', OPERATIONS.join(', '));
    refuseForeignInputs(operation);
    const authorization = readAuthorization();
    const dump = read('dump') === '' ? undefined : readBoolean('dump');
    if (dump && !authorization.startsWith('Bearer sk-')) {
        throw new Failure('dump: true needs an API key (sk-…) as token: a portal too old for keys would ignore dump and delete its own backups.');
    }
    const dryRun = readBoolean('dry-run');
    readBoolean('summary');
    return {
        portalUrl: readPortalUrl(),
        authorization,
        dump,
        dryRun,
        retries: readNumber('retries'),
        timeoutSeconds: readNumber('timeout-seconds', 1),
        ...readOperationInputs(operation, dryRun),
    };
}
function readOperationInputs(operation, dryRun) {
    const verify = readBoolean('verify');
    const maxDeletions = read('max-deletions') === '' ? undefined : readNumber('max-deletions');
    switch (operation) {
        case 'delete-schedule':
            return { operation, verify: verify || dryRun };
        case 'delete-history':
            if (maxDeletions !== undefined && !verify) {
                throw new Failure('max-deletions does not go with verify: false, which counts nothing.');
            }
            return { operation, verify: verify || dryRun, maxDeletions };
        case 'delete-backups':
            return { operation, ids: readList('backup-ids', parseBackupId, 'GUIDs'), maxDeletions };
        case 'prune-history':
            return { operation, policy: readPolicy(), storageTypes: readStorageTypes(), maxDeletions };
    }
}
function read(name) {
    return getInput(name) || (DEFAULTS[name] ?? '');
}
function refusal(name, allowed, value = read(name)) {
    return new Failure(`${name} cannot be ${quoted(value, readSecret())}. Allowed: ${allowed}.`);
}
function refuseUnknownInputs() {
    for (const [variable, value] of Object.entries(process.env)) {
        const name = variable.replace(/^INPUT_/, '').toLowerCase();
        if (!variable.startsWith('INPUT_') || INPUTS.includes(name) || !value)
            continue;
        throw new Failure(`There is no input ${quoted(name, readSecret())}. The inputs are: ${INPUTS.join(', ')}.`);
    }
}
function refuseForeignInputs(operation) {
    for (const [name, operations] of Object.entries(BELONGS_TO)) {
        const isDefault = name === 'verify' ? readBoolean(name) : read(name) === '';
        if (isDefault || operations.includes(operation))
            continue;
        throw new Failure(`${name} does not belong to ${operation}, but to ${operations.join(', ')}. Leave it out.`);
    }
}
function readBoolean(name) {
    if (!/^(true|True|TRUE|false|False|FALSE)$/.test(read(name)))
        throw refusal(name, 'true, false');
    return read(name).toLowerCase() === 'true';
}
function readNumber(name, least = 0) {
    const number = parseNumber(read(name));
    if (number === undefined || number < least)
        throw refusal(name, `a whole number from ${least}, in digits`);
    return number;
}
function parseNumber(text) {
    const number = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(number) ? number : undefined;
}
function readList(name, parse, allowed) {
    const items = read(name)
        .split(/[\s,]/)
        .filter(item => item !== '');
    if (items.length === 0)
        throw refusal(name, `${allowed}, at least one`);
    return new Set(items.map(item => {
        const value = parse(item);
        if (value === undefined)
            throw refusal(name, `${allowed}, separated by spaces or commas`, item);
        return value;
    }));
}
function readStorageTypes() {
    if (read('storage-types') === '')
        return undefined;
    const allowed = STORAGE_TYPES.map((name, number) => `${name} (${number})`).join(', ');
    return readList('storage-types', parseStorageType, allowed);
}
function readPortalUrl() {
    const text = read('portal-url');
    const expected = 'a URL such as https://portal.example, without path, query, fragment, user name or password';
    if (!/^https?:\/\/[^/\\\s@?#]+\/?$/i.test(text) || !URL.canParse(text)) {
        throw refusal('portal-url', expected, text.replace(/.*@|[?#].*/gs, '…'));
    }
    const url = new URL(text);
    const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    const allowsHttp = readBoolean('allow-http') || isLoopback;
    if (url.protocol === 'http:' && !allowsHttp) {
        throw refusal('portal-url', 'https, so that nobody reads the token on its way; or set allow-http: true');
    }
    return url;
}
function readAuthorization() {
    const token = getInput('token');
    if (token === '') {
        throw new Failure('token is empty. Does the secret exist, and may this workflow read it? Pull requests from forks may not.');
    }
    const [, scheme = '', credentials] = /^(?:(bearer|basic) +)?(?!(?:bearer|basic)$)([\x21-\x7e]+)$/i.exec(token) ?? [];
    if (credentials === undefined) {
        throw new Failure('token cannot be sent as it is. Allowed: an API key (sk-…), an authentication token, or a whole "Bearer …" or "Basic …" value, in ASCII, without other white space.');
    }
    if (scheme.toLowerCase() === 'basic')
        return `Basic ${credentials}`;
    return scheme || credentials.startsWith('sk-') ? `Bearer ${credentials}` : credentials;
}
function readPolicy() {
    const policy = { ...NO_RULE, within: readDuration('keep-within') };
    for (const period of retention_PERIODS) {
        if (read(`keep-${period}`) !== '')
            policy[period] = readNumber(`keep-${period}`);
    }
    if (!policy.within && retention_PERIODS.every(period => policy[period] === 0)) {
        throw new Failure('No keep- rule is set, or all are 0: that would delete every backup. Set one, such as keep-last: 7.');
    }
    return policy;
}
const NO_TIME = { y: 0, m: 0, w: 0, d: 0, h: 0 };
function readDuration(name) {
    const text = read(name);
    const duration = { ...NO_TIME };
    const given = new Set();
    for (const part of text.match(/[0-9]*./gs) ?? []) {
        const unit = part.slice(-1);
        const number = parseNumber(part.slice(0, -1));
        if (number === undefined || !isUnit(unit) || given.has(unit)) {
            throw refusal(name, 'a duration such as 30d, 2w, 6m or 1y5m7d2h: y, m (months), w, d and h, each at most once');
        }
        given.add(unit);
        duration[unit] = number;
    }
    return Object.values(duration).some(number => number > 0) ? duration : undefined;
}
function isUnit(letter) {
    return Object.hasOwn(NO_TIME, letter);
}

;// CONCATENATED MODULE: ./src/answer.ts


function readResponse(answer) {
    const { where } = answer;
    if (answer.status !== 200) {
        const text = `HTTP ${answer.status} from ${where}: ${explainStatus(answer)}`;
        throw new BadAnswer(text, answer.status, answer.asksTooMuch);
    }
    const envelope = parseJson(answer.body);
    if (typeof envelope !== 'object' || envelope === null) {
        throw new BadAnswer(`HTTP 200 from ${where}, but ${explainNoJson(answer)}`, 200);
    }
    if (property(envelope, 'status') !== 0) {
        throw new BadAnswer(`HTTP 200 from ${where}, but the answer does not report success ("status" is not 0).`, 200);
    }
    return property(envelope, 'response');
}
function explainNoJson(answer) {
    if (answer.body === '')
        return 'the answer is empty. Nothing is proven by it.';
    if (answer.contentType.includes('html') || /^\s*</.test(answer.body)) {
        return 'the answer is a web page: there is no DocSpace API at this URL. Check portal-url.';
    }
    return 'the answer is not JSON. Check portal-url, and any proxy in between.';
}
const KEY_PAGE = 'Settings → Developer Tools → API keys';
const NO_API = 'there is no such API at this URL. Check portal-url, and the version of the portal.';
const DOWN = 'the portal or its backup service is down. Run again when it is back.';
const MEANINGS = {
    '400': 'the portal does not understand the request. It may be too old for this action.',
    '401': `the portal does not accept the token. Check that the key is whole, active and not expired (${KEY_PAGE}).`,
    '402': 'the portal is unpaid. Renew its subscription, then run again.',
    '402 error': 'the plan or the quota of the portal does not allow this.',
    '403': "access is blocked, perhaps by IP restrictions or a firewall. Allow this runner's address.",
    '403 empty': `the API key has no write scope. Make one that has it (${KEY_PAGE}).`,
    '403 error': "access denied. The token's user must be Owner or DocSpace admin of the portal; dump: true works on a self-hosted server only.",
    '403 problem': 'the portal is busy: it is being restored, moved or encrypted. Run again when that is over.',
    '404': NO_API,
    '404 problem': 'the portal is suspended or removed.',
    '405': NO_API,
    '429': 'the rate limit of the portal is reached. Run again later.',
    '500': 'the portal failed at it. Its own log has the reason.',
    '502': DOWN,
    '503': DOWN,
    '504': 'the portal took too long, and may still be at work. Run again later.',
};
function explainStatus(answer) {
    const { status, retryAfterMs, redirectOrigin = 'another place' } = answer;
    if (status >= 300 && status < 400) {
        return `the portal redirects to ${redirectOrigin}. If that is where it lives, set portal-url to it.`;
    }
    const meaning = MEANINGS[`${status} ${formOf(answer)}`] ?? MEANINGS[status] ?? 'only HTTP 200 is a success.';
    if (retryAfterMs === undefined)
        return meaning;
    return `${meaning} It asks to wait ${Math.ceil(retryAfterMs / 1000)} s, for which retries or timeout-seconds left no room.`;
}
function formOf({ body, contentType }) {
    if (body === '')
        return 'empty';
    const json = parseJson(body);
    if (property(json, 'error') !== undefined)
        return 'error';
    return contentType.startsWith('application/problem+json') || property(json, 'title') !== undefined
        ? 'problem'
        : 'other';
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/portal.ts



const MOST_HISTORY_BYTES = 8 * 1024 * 1024;
function connectPortal(http, dump, secret) {
    const scheduleQuery = dump === undefined ? '' : `?Dump=${dump}`;
    const historyQuery = `?Dump=${dump ?? false}`;
    async function call(method, name, options) {
        const answer = await http.request(method, `/api/2.0/backup/${name}`, options);
        if (answer === 'done')
            return { response: true, where: '' };
        return { response: readResponse(answer), where: answer.where };
    }
    async function callDelete(name, options) {
        const { response, where } = await call('DELETE', name, options);
        if (response !== true)
            throw unexpected(where, 'true');
    }
    function unexpected(where, expected) {
        return new BadAnswer(`HTTP 200 from ${where}, but its "response" is not ${expected}. Check the portal's version and log.`, 200);
    }
    return {
        async schedule() {
            const { response, where } = await call('GET', `getbackupschedule${scheduleQuery}`);
            if (response === undefined || response === null)
                return undefined;
            if (typeof response !== 'object')
                throw unexpected(where, 'a schedule');
            return describeSchedule(response);
        },
        async history() {
            const options = { mostBytes: MOST_HISTORY_BYTES };
            const { response, where } = await call('GET', `getbackuphistory${historyQuery}`, options);
            if (!Array.isArray(response))
                throw unexpected(where, 'a list');
            return parseHistory(response, secret);
        },
        deleteSchedule: () => callDelete(`deletebackupschedule${scheduleQuery}`),
        deleteHistory: isDone => callDelete(`deletebackuphistory${historyQuery}`, isDone && { isDone }),
        deleteBackup: (id, stopped) => callDelete(`deletebackup/${id}`, { stopped }),
    };
}
function rehearse(portal) {
    let listed;
    let scheduleIsGone = false;
    const gone = new Set();
    return {
        schedule: async () => (scheduleIsGone ? undefined : portal.schedule()),
        async history() {
            listed ??= await portal.history();
            return listed.filter(({ id }) => !gone.has(id));
        },
        async deleteSchedule() {
            scheduleIsGone = true;
        },
        async deleteHistory() {
            listed = [];
        },
        async deleteBackup(id) {
            gone.add(id);
        },
    };
}

;// CONCATENATED MODULE: ./src/timeline.ts


const MOST_MONTHS = 36;
const LEGEND = '● stays  ○ goes  ◐ both  × not proven gone';
const SCALE = 'UTC      1   5    10   15   20   25   30';
function drawTimeline({ selected = [], kept = [] }, isGone) {
    const days = new Map();
    function add(createdOn, mark) {
        const day = Math.floor(createdOn / DAY_MS);
        days.set(day, merge(days.get(day), mark));
    }
    for (const { backup } of kept)
        add(backup.createdOn, '●');
    for (const record of selected) {
        if (record.kind === 'backup')
            add(record.createdOn, isGone(record) ? '○' : '×');
    }
    const months = new Map();
    for (const [day, mark] of [...days].sort(([a], [b]) => b - a)) {
        const month = formatTime(day * DAY_MS).slice(0, -'-DD hh:mm'.length);
        const marks = months.get(month) ?? [];
        marks[new Date(day * DAY_MS).getUTCDate()] = mark;
        months.set(month, marks);
    }
    if (months.size === 0)
        return [];
    const lines = [...months].slice(0, MOST_MONTHS).map(([month, marks]) => {
        return `${month}  ${Array.from({ length: 31 }, (_, index) => marks[index + 1] ?? '·').join('')}`;
    });
    const older = months.size - lines.length;
    return [SCALE, ...lines, ...(older > 0 ? [`… and ${count(older, 'earlier month')}`] : []), '', LEGEND];
}
function merge(before, mark) {
    if (before === undefined || before === mark)
        return mark;
    return before === '×' || mark === '×' ? '×' : '◐';
}

;// CONCATENATED MODULE: ./src/summary.ts


const MOST_ROWS = 250;
const MOST_OPEN_ROWS = 20;
function headline(run) {
    const what = run.operation === 'delete-schedule' ? scheduleHeadline(run) : backupsHeadline(run);
    return `${stateOf(run)[1]}: ${what}`;
}
function stateOf({ cancelled, problem, dryRun }) {
    if (cancelled)
        return ['⏹️', 'Cancelled'];
    if (problem !== undefined)
        return ['❌', 'Failed'];
    return dryRun ? ['🔍', 'Dry run'] : ['✅', 'Done'];
}
function scheduleHeadline({ outcome, dryRun, problem }) {
    if (problem !== undefined)
        return 'it is not proven that the backup schedule is gone';
    if (outcome.note === '')
        return 'there was no backup schedule';
    return dryRun ? 'the backup schedule would be deleted' : 'the backup schedule is deleted';
}
function backupsHeadline({ outcome: { selected, deleted, kept, note }, dryRun, problem }) {
    if (deleted === undefined) {
        return problem === undefined
            ? 'the portal says that the history is deleted'
            : 'it is not known what was deleted';
    }
    if (selected === undefined || (dryRun && problem !== undefined))
        return 'nothing was deleted';
    const rest = kept && kept.length > 0 ? `, ${thousands(kept.length)} kept` : '';
    if (selected.length === 0 && note === '')
        return `there was nothing to delete${rest}`;
    const total = count(selected.length, 'backup');
    return dryRun
        ? `${total} would be deleted${rest}`
        : `${thousands(deleted.size)} of ${total} deleted${rest}`;
}
function isGone({ outcome, dryRun, problem }, { id }) {
    return dryRun ? problem === undefined : (outcome.deleted?.has(id) ?? false);
}
function fateOf(run, record) {
    if (isGone(run, record))
        return run.dryRun ? 'would be deleted' : 'deleted';
    if (run.outcome.deleted === undefined)
        return 'not known';
    return run.outcome.failed?.has(record.id) ? 'not proven gone' : 'not tried';
}
function renderSummary(run) {
    const { outcome } = run;
    const selected = (outcome.selected ?? []).toReversed();
    const those = (gone) => selected.filter(record => isGone(run, record) === gone);
    const rowOf = (record) => row(record, fateOf(run, record));
    return [
        `<h3>${stateOf(run)[0]} ${escapeHtml(headline(run))}</h3>`,
        paragraph(run.intent),
        paragraph(run.problem ?? '', 'h4'),
        paragraph(outcome.note),
        renderTimeline(run),
        table('Not known to be deleted', those(false), rowOf),
        table(run.dryRun ? 'Would be deleted' : 'Deleted', those(true), rowOf),
        table('Kept', outcome.kept ?? [], ({ backup, reasons }) => row(backup, `kept: ${reasons.join(', ')}`)),
        table('Left alone', outcome.ignored, ({ record, reason }) => row(record, reason)),
    ]
        .filter(block => block !== '')
        .map(block => `${block}\n\n`)
        .join('');
}
function paragraph(text, tag = 'p') {
    return text === '' ? '' : `<${tag}>${escapeHtml(text)}</${tag}>`;
}
function renderTimeline(run) {
    const lines = run.outcome.deleted ? drawTimeline(run.outcome, record => isGone(run, record)) : [];
    return lines.length === 0 ? '' : `<pre>\n${lines.join('\n')}\n</pre>`;
}
function show(record) {
    return record.kind === 'backup'
        ? { time: formatTime(record.createdOn), storage: record.storageType }
        : { time: '(not readable)  ', storage: '-' };
}
function row(record, remark) {
    const { time, storage } = show(record);
    const cells = [time, `<code>${escapeHtml(record.name)}</code>`, storage, escapeHtml(remark)];
    return `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`;
}
function table(title, items, rowOf) {
    if (items.length === 0)
        return '';
    const cut = items.length > MOST_ROWS ? `, the first ${MOST_ROWS} here` : '';
    const open = items.length <= MOST_OPEN_ROWS ? ' open' : '';
    return `<details${open}><summary>${title}: ${count(items.length, 'backup')}${cut}</summary>
<table><tr><th>Date (UTC)</th><th>Name</th><th>Storage</th><th>Outcome</th></tr>
${items.slice(0, MOST_ROWS).map(rowOf).join('\n')}
</table></details>`;
}

;// CONCATENATED MODULE: ./src/report.ts






const MOST_LINES = 200;
const MOST_NOTES = 20;
const PROGRESS_EVERY_MS = 5_000;
function createLog(secret) {
    let notes = 0;
    let lastProgress = now();
    const info = (line) => core_info(redact(line, secret));
    const debug = (text) => core_debug(redact(text, secret));
    function group(title, items, lineOf) {
        if (items.length === 0)
            return;
        const lines = items.slice(0, MOST_LINES).map(lineOf);
        if (items.length > MOST_LINES)
            lines.push(`… and ${items.length - MOST_LINES} more`);
        startGroup(title);
        info(lines.join('\n'));
        endGroup();
    }
    return {
        info,
        debug,
        warning: text => warning(redact(text, secret)),
        note(line) {
            if (++notes > MOST_NOTES)
                return debug(line);
            info(notes < MOST_NOTES ? line : `${line} More of the kind with RUNNER_DEBUG=1.`);
        },
        plan(selected, kept) {
            const timeline = drawTimeline({ selected, kept }, () => true);
            group('Timeline', timeline, line => line);
            group(`Kept: ${count(kept.length, 'backup')}`, kept, ({ backup, reasons }) => {
                return `${describe(backup)}  ${reasons.join(', ')}`;
            });
            group(`Selected: ${count(selected.length, 'backup')}`, selected, describe);
        },
        progress(line) {
            if (now() - lastProgress < PROGRESS_EVERY_MS)
                return;
            lastProgress = now();
            info(line);
        },
    };
}
function describe(record) {
    const { time, storage } = show(record);
    return [time, record.id, storage, record.name].join('  ');
}
function writeOutputs({ outcome, dryRun, problem }, status) {
    const selected = outcome.selected?.map(({ id }) => id);
    const inOrder = (ids) => ids && (selected ?? []).filter(id => ids.has(id));
    const lists = {
        selected,
        deleted: dryRun ? [] : inOrder(outcome.deleted),
        failed: inOrder(outcome.failed),
        kept: outcome.kept?.map(({ backup }) => backup.id),
    };
    setOutput('result', dryRun ? '' : String(problem === undefined));
    setOutput('status-code', status ?? '');
    for (const [name, ids] of Object.entries(lists)) {
        setOutput(`${name}-count`, ids ? ids.length : '');
        setOutput(`${name}-ids`, JSON.stringify(ids ?? []));
    }
}
function writeSummary(run, log, secret) {
    try {
        external_fs_namespaceObject.appendFileSync(process.env['GITHUB_STEP_SUMMARY'] ?? '', redact(renderSummary(run), secret));
    }
    catch {
        log.warning('The job summary could not be written to GITHUB_STEP_SUMMARY.');
    }
}
function report_close(run, log, secret) {
    log.info(`${headline(run)}.`);
    if (run.problem !== undefined)
        setFailed(redact(run.problem, secret));
}

;// CONCATENATED MODULE: ./src/main.ts












async function main(cancelled, crashed) {
    const secret = readSecret();
    if (secret !== '')
        core_setSecret(secret);
    const log = createLog(secret);
    const run = {
        operation: undefined,
        intent: '',
        dryRun: says('dry-run', 'true'),
        outcome: newOutcome(),
        cancelled: false,
        problem: undefined,
    };
    let http;
    try {
        const inputs = readInputs();
        run.operation = inputs.operation;
        run.intent = describeIntent(inputs);
        log.info(run.intent);
        const deadline = startDeadline(inputs.timeoutSeconds, cancelled);
        http = openHttp(inputs, deadline, log.note);
        const portal = connectPortal(http, inputs.dump, secret);
        const work = operate(inputs, inputs.dryRun ? rehearse(portal) : portal, run.outcome, deadline, log);
        await Promise.race([work, crashed]);
    }
    catch (error) {
        run.problem = explain(error, log);
    }
    if (cancelled.aborted) {
        run.cancelled = true;
        const rest = ' No deletion was started after that; one on its way may have been carried out.';
        run.problem = `The run was cancelled.${run.dryRun ? '' : rest}`;
    }
    try {
        writeOutputs(run, http?.lastDeleteStatus());
    }
    catch {
        run.problem ??= 'The outputs could not be written to GITHUB_OUTPUT.';
    }
    if (!says('summary', 'false'))
        writeSummary(run, log, secret);
    report_close(run, log, secret);
    return run.problem === undefined;
}
function operate(inputs, portal, outcome, deadline, log) {
    switch (inputs.operation) {
        case 'delete-schedule':
            return deleteSchedule(portal, inputs.verify, outcome, log);
        case 'delete-history':
            return deleteHistory(portal, inputs, outcome, deadline, log);
        case 'delete-backups':
            return deleteBackups(portal, inputs, outcome, log);
        case 'prune-history':
            return pruneHistory(portal, inputs, outcome, log);
    }
}
function describeIntent(inputs) {
    const dryRun = inputs.dryRun ? 'Dry run, nothing will be deleted: ' : '';
    const whose = inputs.dump
        ? "the server-wide dump backups, not the portal's own"
        : "the portal's own backups";
    const policy = inputs.operation === 'prune-history' ? `; keeping ${formatPolicy(inputs.policy)}` : '';
    const unverified = 'verify' in inputs && !inputs.verify ? '; unverified' : '';
    return `${dryRun}${inputs.operation} on ${inputs.portalUrl.host}; ${whose}${policy}${unverified}`;
}
function explain(error, log) {
    if (error instanceof Failure)
        return error.message;
    const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
    log.debug(stack.replace(/^(?! {4}at ).*\n?/gm, ''));
    return `Unexpected error (${name}): a defect in this action. Run again with debug logging, and report it.`;
}

;// CONCATENATED MODULE: ./src/index.ts

process.exitCode = 1;
const cancellation = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => cancellation.abort());
const crashed = new Promise((_resolve, reject) => {
    process.on('uncaughtException', reject);
    process.on('unhandledRejection', reject);
    process.on('beforeExit', () => reject(new Error('The run came to a standstill')));
});
main(cancellation.signal, crashed).then(isGreen => exit(isGreen ? 0 : 1), () => exit(1, '::error::Unexpected error: a defect in this action.\n'));
function exit(code, lastWords = '') {
    process.stdout.write(lastWords, () => process.exit(code));
}

module.exports = __webpack_exports__;
/******/ })()
;