'use strict'
var __webpack_modules__ = {
	629: (module, __unused_webpack_exports, __nccwpck_require__) => {
		const https = __nccwpck_require__(692)
		const http = __nccwpck_require__(611)
		const {URL} = __nccwpck_require__(16)

		class HttpProxyAgent extends http.Agent {
			constructor(options) {
				const {proxy, proxyRequestOptions, ...opts} = options
				super(opts)
				this.proxy = typeof proxy === 'string' ? new URL(proxy) : proxy
				this.proxyRequestOptions = proxyRequestOptions || {}
			}

			createConnection(options, callback) {
				const requestOptions = {
					...this.proxyRequestOptions,
					method: 'CONNECT',
					host: this.proxy.hostname,
					port: this.proxy.port,
					path: `${options.host}:${options.port}`,
					setHost: false,
					headers: {...this.proxyRequestOptions.headers, connection: this.keepAlive ? 'keep-alive' : 'close', host: `${options.host}:${options.port}`},
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
			constructor(options) {
				const {proxy, proxyRequestOptions, ...opts} = options
				super(opts)
				this.proxy = typeof proxy === 'string' ? new URL(proxy) : proxy
				this.proxyRequestOptions = proxyRequestOptions || {}
			}

			createConnection(options, callback) {
				const requestOptions = {
					...this.proxyRequestOptions,
					method: 'CONNECT',
					host: this.proxy.hostname,
					port: this.proxy.port,
					path: `${options.host}:${options.port}`,
					setHost: false,
					headers: {...this.proxyRequestOptions.headers, connection: this.keepAlive ? 'keep-alive' : 'close', host: `${options.host}:${options.port}`},
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
						const secureSocket = super.createConnection({...options, socket})
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

		module.exports = {HttpProxyAgent, HttpsProxyAgent}
	},

	611: module => {
		module.exports = require('http')
	},

	692: module => {
		module.exports = require('https')
	},

	16: module => {
		module.exports = require('url')
	}
}

var __webpack_module_cache__ = {}

function __nccwpck_require__(moduleId) {
	var cachedModule = __webpack_module_cache__[moduleId]
	if (cachedModule !== undefined) {
		return cachedModule.exports
	}
	var module = (__webpack_module_cache__[moduleId] = {exports: {}})

	var threw = true
	try {
		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__)
		threw = false
	} finally {
		if (threw) delete __webpack_module_cache__[moduleId]
	}

	return module.exports
}

if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + '/'

;(() => {
	var getProto = Object.getPrototypeOf ? obj => Object.getPrototypeOf(obj) : obj => obj.__proto__
	var leafPrototypes
	__nccwpck_require__.t = function (value, mode) {
		if (mode & 1) value = this(value)
		if (mode & 8) return value
		if (typeof value === 'object' && value) {
			if (mode & 4 && value.__esModule) return value
			if (mode & 16 && typeof value.then === 'function') return value
		}
		var ns = Object.create(null)
		__nccwpck_require__.r(ns)
		var def = {}
		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)]
		for (var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
			Object.getOwnPropertyNames(current).forEach(key => (def[key] = () => value[key]))
		}
		def['default'] = () => value
		__nccwpck_require__.d(ns, def)
		return ns
	}
})()

;(() => {
	__nccwpck_require__.d = (exports, definition) => {
		for (var key in definition) {
			if (__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
				Object.defineProperty(exports, key, {enumerable: true, get: definition[key]})
			}
		}
	}
})()

;(() => {
	__nccwpck_require__.o = (obj, prop) => Object.prototype.hasOwnProperty.call(obj, prop)
})()

;(() => {
	__nccwpck_require__.r = exports => {
		if (typeof Symbol !== 'undefined' && Symbol.toStringTag) {
			Object.defineProperty(exports, Symbol.toStringTag, {value: 'Module'})
		}
		Object.defineProperty(exports, '__esModule', {value: true})
	}
})()

var __webpack_exports__ = {}

// src/clock.ts
const LONGEST_TIMER_MS = 2 ** 31 - 1
const systemClock = {
	now: () => process.uptime() * 1000,
	date: () => Date.now(),
	after(ms, callback) {
		const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS))
		return () => clearTimeout(timer)
	}
}

// src/failure.ts
class Failure extends Error {
	message
	constructor(message) {
		super(message)
		this.message = message
	}
}
class Refusal extends Failure {
	brief
	constructor(message, brief) {
		super(message)
		this.brief = brief
	}
}
class NotSent extends Failure {}
class MustWait extends Failure {}
class NoAnswer extends Failure {
	mayPass
	mayGoOn
	constructor(message, mayPass = false, mayGoOn = false) {
		super(message)
		this.mayPass = mayPass
		this.mayGoOn = mayGoOn
	}
}
class BadAnswer extends Failure {
	status
	verdict
	wait
	constructor(message, status, verdict, wait) {
		super(message)
		this.status = status
		this.verdict = verdict
		this.wait = wait
	}
}

// src/text.ts
const LONGEST_NAME = 100
const LONGEST_VALUE = 80
const LONGEST_SECRET = 8_192
const LETTERS = String.raw`\p{L}\p{M}\p{N}`
const IGNORABLE = String.raw`\p{Default_Ignorable_Code_Point}`
const UNPRINTABLE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029${IGNORABLE}]`
function say(parts, ...values) {
	return asPrintable(String.raw({raw: parts}, ...values))
}
function join(texts, separator = ', ') {
	return asPrintable(texts.join(separator))
}
function asPrintable(made) {
	return isPrintable(made) ? made : asPrintable(made.replace(new RegExp(UNPRINTABLE, 'gu'), '?'))
}
function isPrintable(line) {
	return /^[ -~·×–…→○●◐]*$/.test(line) || !new RegExp(UNPRINTABLE, 'u').test(line)
}
function redactor(secrets) {
	const patterns = secrets.filter(secret => secret !== '' && secret.length <= LONGEST_SECRET).map(secret => secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
	if (patterns.length === 0) return line => line
	const pattern = new RegExp(patterns.join('|'), 'giu')
	return line => line.replace(pattern, '***')
}
function fromPortal(sent, redact) {
	const seen = redact(sent.replace(new RegExp(IGNORABLE, 'gu'), '')).slice(0, 4 * LONGEST_NAME)
	return cut(seen.replace(new RegExp(`[^${LETTERS} ._+,=()@-]`, 'gu'), '?'), LONGEST_NAME)
}
function quoted(value, redact) {
	const redacted = redact(value).replace(/sk-[0-9a-z]{16,}/gi, 'sk-***')
	const visible = cut(redacted.replaceAll('\n', ' '), LONGEST_VALUE)
	return say`"${visible}"`
}
function printableHost(url, redact) {
	return /^[a-z0-9._:[\]-]{1,260}$/.test(url.host) ? asPrintable(redact(url.host)) : undefined
}
function escapeHtml(line) {
	return line.replace(/[&<>"'`]/g, char => `&#${char.charCodeAt(0)};`)
}
function count(number, noun) {
	return say`${thousands(number)} ${noun}${number === 1 ? '' : 's'}`
}
function verb(singular, number) {
	if (number === 1) return singular
	return {is: 'are', was: 'were', has: 'have'}[singular]
}
function thousands(number) {
	return asPrintable(String(number).replace(/\B(?=(\d{3})+$)/g, ','))
}
function seconds(ms) {
	return asPrintable(`${(ms / 1000).toFixed(1)} s`)
}
function wholeSeconds(ms) {
	return asPrintable(`${Math.min(Math.ceil(ms / 1000), Number.MAX_SAFE_INTEGER)} s`)
}
const MOST_NAMED = 10
function someOf(names) {
	const rest = names.length - MOST_NAMED
	const first = asPrintable(names.slice(0, MOST_NAMED).join(', '))
	return rest > 0 ? say`${first} and ${rest} more` : first
}
function cut(line, longest) {
	if (line.length <= longest) return asPrintable(line)
	const characters = [...line]
	return asPrintable(characters.length <= longest ? line : `${characters.slice(0, longest).join('')}…`)
}

// src/deadline.ts

const GRACE_MS = 5_000
const LONGEST_DELETION_MS = 100_000
const REMEMBERED = 16
class Deadline {
	seconds
	stop
	clock
	endsAt
	listingTook = 0
	deletionsTook = []
	underWay = []
	asleep = new Set()
	idle = []
	constructor(seconds, stop, clock) {
		this.seconds = seconds
		this.stop = stop
		this.clock = clock
		this.endsAt = clock.now() + seconds * 1000
		stop.addEventListener('abort', () => {
			for (const wake of this.asleep) wake()
			clock.after(GRACE_MS, () => {
				for (const end of this.underWay) end()
			})
		})
	}
	left() {
		return Math.max(0, this.endsAt - this.clock.now())
	}
	rememberListing(took) {
		this.listingTook = Math.max(this.listingTook, took)
	}
	lackOfTime() {
		if (this.leftForDeletions() > 0) return undefined
		const used = this.seconds * 1000 - this.left()
		return {listingTook: this.listingTook, secondsThatWouldDo: Math.ceil((used + 2 * this.room) / 1000) + 10}
	}
	get listingMs() {
		return this.listingTook * 1.25
	}
	get room() {
		return this.listingTook * 1.5 + 500
	}
	leftForDeletions() {
		return Math.max(0, this.left() - this.room)
	}
	deletionLimit() {
		return Math.min(LONGEST_DELETION_MS, this.left() / 2, this.leftForDeletions())
	}
	hasTimeForDeletion() {
		const needed = 1.25 * Math.max(0, ...this.deletionsTook)
		return this.deletionLimit() >= LONGEST_DELETION_MS || this.deletionLimit() > needed
	}
	rememberDeletion(took) {
		this.deletionsTook.push(took)
		if (this.deletionsTook.length > REMEMBERED) this.deletionsTook.shift()
	}
	assertOpen() {
		if (this.stop.aborted) throw new NotSent(say`The run was stopped.`)
		if (this.left() > 0) return
		throw new NotSent(say`The deadline of ${this.seconds} s has passed. Raise timeout-seconds.`)
	}
	async sleep(ms, stopped) {
		const isStopped = () => this.stop.aborted || stopped?.aborted === true
		if (ms >= this.left() || isStopped()) return false
		await new Promise(resolve => {
			const end = () => {
				cancelTimer()
				this.asleep.delete(end)
				stopped?.removeEventListener('abort', end)
				resolve()
			}
			const cancelTimer = this.clock.after(ms, end)
			this.asleep.add(end)
			stopped?.addEventListener('abort', end)
		})
		return !isStopped()
	}
	limit(ms, work) {
		return new Promise((resolve, reject) => {
			const controller = this.idle.pop() ?? new AbortController()
			const end = () => {
				resolve(undefined)
				controller.abort()
			}
			const cancelTimer = this.clock.after(ms, end)
			this.underWay.push(end)
			work(controller.signal)
				.then(resolve, reject)
				.finally(() => {
					cancelTimer()
					this.underWay.splice(this.underWay.indexOf(end), 1)
					if (!controller.signal.aborted) this.idle.push(controller)
				})
		})
	}
}

// src/portal/property.ts
function property(value, name) {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
	return Reflect.get(value, name)
}

// src/portal/records.ts

const STORAGE_TYPES = ['Documents', 'ThridpartyDocuments', 'CustomCloud', 'Local', 'DataStore', 'ThirdPartyConsumer']
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
function parseBackupId(value) {
	const lower = typeof value === 'string' ? value.toLowerCase() : ''
	return isBackupId(lower) ? lower : undefined
}
function isBackupId(id) {
	return GUID.test(id)
}
function parseStorageType(value) {
	if (typeof value !== 'string' && typeof value !== 'number') return undefined
	const written = String(value).toLowerCase()
	return STORAGE_TYPES.find((name, number) => written === name.toLowerCase() || written === String(number))
}
function hasId(record) {
	return record.id !== undefined
}
function idsOf(records) {
	return new Set(records.filter(hasId).map(({id}) => id))
}
function parseHistory(items, redact) {
	const byId = new Map()
	const withoutId = []
	for (const item of items) {
		const record = parseRecord(item, redact)
		if (!hasId(record)) withoutId.push(record)
		else if (!byId.has(record.id)) byId.set(record.id, record)
		else {
			const {id, name, storageType, expiresOn} = record
			const problem = say`its id is listed twice`
			byId.set(id, {kind: 'unreadable', id, name, storageType, expiresOn, problem})
		}
	}
	return [...byId.values(), ...withoutId]
}
function parseRecord(item, redact) {
	const fileName = property(item, 'fileName')
	const name = typeof fileName === 'string' && fileName !== '' ? fromPortal(fileName, redact) : say`(no name)`
	const id = parseBackupId(property(item, 'id'))
	const storageType = parseStorageType(property(item, 'storageType'))
	const createdOn = parseTime(property(item, 'createdOn'))
	const expiry = parseTime(property(item, 'expiresOn') ?? YEAR_1)
	const expiresOn = expiry === 'never' ? undefined : expiry
	const unreadable = problem => {
		return {kind: 'unreadable', id, name, storageType, expiresOn, problem}
	}
	if (!id) return unreadable(say`its id is not a GUID`)
	if (typeof createdOn !== 'number') return unreadable(say`its createdOn is missing or cannot be read`)
	if (expiry === undefined) return unreadable(say`its expiresOn cannot be read`)
	if (!storageType) return unreadable(say`its storageType is missing or unknown`)
	return {kind: 'backup', id, name, storageType, createdOn, expiresOn}
}
const YEAR_1 = '0001-01-01T00:00:00'
const TIME = /^(?!0000)(\d{4}-\d\d-(\d\d))(T(?!24)\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/
function parseTime(value) {
	if (value === YEAR_1) return 'never'
	const [, date = '', day, clock = '', fraction = '', offset = 'Z'] = (typeof value === 'string' && TIME.exec(value)) || []
	const time = Date.parse(`${date}${clock}${fraction.slice(0, 4)}${offset}`)
	if (Number.isNaN(time) || new Date(date).getUTCDate() !== Number(day)) return undefined
	return date.startsWith('0001-') ? 'never' : time
}

// src/retention/calendar.ts

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
function calendarOf(name, offsetAt) {
	const wallAt = time => time + offsetAt(time)
	const daily = time => Math.floor(wallAt(time) / DAY_MS)
	function monthText(date) {
		const year = date.getUTCFullYear()
		const century = Math.floor(year / 100)
		return say`${twoDigits(century)}${twoDigits(year % 100)}-${twoDigits(date.getUTCMonth() + 1)}`
	}
	return {
		name,
		hourly: time => Math.floor(wallAt(time) / HOUR_MS),
		daily,
		weekly: time => Math.floor((daily(time) + 3) / 7),
		monthly(time) {
			const date = new Date(wallAt(time))
			return date.getUTCFullYear() * 12 + date.getUTCMonth()
		},
		yearly: time => new Date(wallAt(time)).getUTCFullYear(),
		subtract(time, {y, m, w, d, h}) {
			const date = new Date(wallAt(time))
			date.setUTCFullYear(date.getUTCFullYear() - y, date.getUTCMonth() - m, date.getUTCDate() - w * 7 - d)
			const wall = date.getTime()
			const about = wall - offsetAt(wall)
			return new Date(wall - offsetAt(about) - h * HOUR_MS).getTime()
		},
		format(time) {
			const date = new Date(wallAt(time))
			const clock = say`${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`
			return say`${monthText(date)}-${twoDigits(date.getUTCDate())} ${clock}`
		},
		dayOf(time) {
			const date = new Date(wallAt(time))
			return {month: monthText(date), day: date.getUTCDate()}
		}
	}
}
const UTC = calendarOf(say`UTC`, () => 0)
function twoDigits(number) {
	return number < 10 ? say`0${number}` : say`${number}`
}

// src/retention/duration.ts

const UNITS = ['y', 'm', 'w', 'd', 'h']
const NONE = {y: 0, m: 0, w: 0, d: 0, h: 0}
const PARTS = /([0-9]+)([ymwdh])/gy
function parseDuration(written) {
	const found = {}
	let read = 0
	for (const [part, digits, letter] of written.matchAll(PARTS)) {
		const unit = UNITS.find(known => known === letter)
		const number = Number(digits)
		if (!unit || unit in found || !Number.isSafeInteger(number)) return undefined
		found[unit] = number
		read += part.length
	}
	return read > 0 && read === written.length ? {...NONE, ...found} : undefined
}
function isZero(duration) {
	return UNITS.every(unit => duration[unit] === 0)
}
function formatDuration(duration) {
	const units = UNITS.filter(unit => duration[unit] > 0)
	if (units.length === 0) return say`0h`
	return join(
		units.map(unit => say`${duration[unit]}${unit}`),
		''
	)
}

// src/retention/policy.ts

const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly']
const COUNTED = ['last', ...PERIODS]
const UNLIMITED = Number.POSITIVE_INFINITY
const NO_RULE = {counts: {last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0}, within: undefined, withinPeriods: {}}
function hasRule(policy) {
	const durations = [policy.within, ...Object.values(policy.withinPeriods)]
	return largestCount(policy) > 0 || durations.some(isRule)
}
function isRule(duration) {
	return duration !== undefined && !isZero(duration)
}
function largestCount(policy) {
	return Math.max(...Object.values(policy.counts))
}
function formatPolicy({counts, within, withinPeriods}) {
	const words = []
	for (const rule of COUNTED) {
		const number = counts[rule]
		if (number === 0) continue
		const isUnlimited = number === UNLIMITED
		if (rule === 'last') words.push(isUnlimited ? say`all` : say`the last ${number}`)
		else words.push(isUnlimited ? say`unlimited ${rule}` : say`${number} ${rule}`)
	}
	if (isRule(within)) words.push(say`within ${formatDuration(within)}`)
	for (const period of PERIODS) {
		const duration = withinPeriods[period]
		if (isRule(duration)) words.push(say`${period} within ${formatDuration(duration)}`)
	}
	return join(words)
}

// src/retention/time-zone.ts

const IANA_FORM = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+)*$/i
const NOT_IANA = /^(?!(?:CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$)[a-z]{3}$|^SystemV\//i
function zonedCalendar(name) {
	const format = isZoneName(name) && formatOf(name)
	if (!format) return undefined
	const known = format.resolvedOptions().timeZone
	const spelt = isZoneName(known) && known.toLowerCase() === name.toLowerCase() ? known : name
	const offsets = new Map()
	return calendarOf(say`${spelt}`, time => {
		const before = offsets.get(time)
		if (before !== undefined) return before
		const offset = offsetAt(time, format)
		offsets.set(time, offset)
		return offset
	})
}
function isZoneName(name) {
	return IANA_FORM.test(name) && !NOT_IANA.test(name)
}
function formatOf(timeZone) {
	try {
		return new Intl.DateTimeFormat('en-US', {timeZone, timeZoneName: 'longOffset'})
	} catch (error) {
		if (error instanceof RangeError) return undefined
		throw error
	}
}
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/
function offsetAt(time, format) {
	if (Number.isNaN(new Date(time).getTime())) return Number.NaN
	const written = format.format(time)
	const found = OFFSET.exec(written)
	if (!found) throw new Error(`No offset from UTC in what Intl wrote: ${written}`)
	const [, sign, hours = 0, minutes = 0, seconds = 0] = found
	const ahead = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
	return sign === '-' ? -ahead : ahead
}

// src/token.ts

const SHORTEST_SECRET = 8
function secretsOf(given) {
	const credentials = given.replace(/^(bearer|basic)\s+/i, '')
	const secrets = [credentials]
	if (/^basic\s/i.test(given)) {
		const bytes = Buffer.from(credentials, 'base64')
		for (const pair of [bytes.toString(), bytes.toString('latin1')]) {
			for (const form of [pair, pair.normalize('NFC'), pair.normalize('NFD')]) {
				secrets.push(form, form.slice(form.indexOf(':') + 1))
			}
		}
	}
	return [...new Set(secrets)].filter(secret => secret.length >= SHORTEST_SECRET)
}
function parseToken(given) {
	if (given === '') {
		throw new Refusal(say`token is empty. Does the secret exist, and may this workflow read it? Pull requests from forks may not.`)
	}
	if (given.length > LONGEST_SECRET) {
		throw new Refusal(say`token is longer than ${LONGEST_SECRET} characters, so it cannot be one. Does the secret hold a whole file?`)
	}
	if (/^(?:(?:bearer|basic)\s+)?["'`]|["'`]$/i.test(given)) {
		throw new Refusal(say`token is in quotes. Save the secret without them.`)
	}
	const [, scheme = '', credentials] = /^(?:(bearer|basic) +)?(?!(?:bearer|basic)$)([\x21-\x7e]+)$/i.exec(given) ?? []
	if (credentials === undefined) {
		throw new Refusal(say`token cannot be sent as it is. Allowed: an API key (sk-…), an authentication token, or a whole "Bearer …" or "Basic …" value, in ASCII, without other white space.`)
	}
	if (credentials.length < SHORTEST_SECRET) {
		throw new Refusal(say`token is shorter than ${SHORTEST_SECRET} characters, so it cannot be whole. Copy it again.`)
	}
	const isBasic = scheme.toLowerCase() === 'basic'
	const isApiKey = !isBasic && credentials.startsWith('sk-')
	const name = isBasic ? 'Basic' : 'Bearer'
	return {authorization: scheme || isApiKey ? `${name} ${credentials}` : credentials, isApiKey}
}

// external "os"
const external_os_namespaceObject = require('os')
// node_modules/@actions/core/lib/utils.js
function toCommandValue(input) {
	if (input === null || input === undefined) {
		return ''
	} else if (typeof input === 'string' || input instanceof String) {
		return input
	}
	return JSON.stringify(input)
}
function toCommandProperties(annotationProperties) {
	if (!Object.keys(annotationProperties).length) {
		return {}
	}
	return {title: annotationProperties.title, file: annotationProperties.file, line: annotationProperties.startLine, endLine: annotationProperties.endLine, col: annotationProperties.startColumn, endColumn: annotationProperties.endColumn}
}
// node_modules/@actions/core/lib/command.js

function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message)
	process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL)
}
function issue(name, message = '') {
	issueCommand(name, {}, message)
}
const CMD_STRING = '::'
class Command {
	constructor(command, properties, message) {
		if (!command) {
			command = 'missing.command'
		}
		this.command = command
		this.properties = properties
		this.message = message
	}
	toString() {
		let cmdStr = CMD_STRING + this.command
		if (this.properties && Object.keys(this.properties).length > 0) {
			cmdStr += ' '
			let first = true
			for (const key in this.properties) {
				if (this.properties.hasOwnProperty(key)) {
					const val = this.properties[key]
					if (val) {
						if (first) {
							first = false
						} else {
							cmdStr += ','
						}
						cmdStr += `${key}=${escapeProperty(val)}`
					}
				}
			}
		}
		cmdStr += `${CMD_STRING}${escapeData(this.message)}`
		return cmdStr
	}
}
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/:/g, '%3A').replace(/,/g, '%2C')
}
// external "fs"
const external_fs_namespaceObject = require('fs')
// src/workflow.ts

function readInput(name) {
	return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim()
}
function mask(secret) {
	issueCommand('add-mask', {}, secret)
}
function annotate(kind, message) {
	issueCommand(kind, {}, message)
}
function printGroup(title, lines) {
	issueCommand('group', {}, title)
	print(lines)
	issueCommand('endgroup', {}, '')
}
function print(lines) {
	process.stdout.write(`${lines}\n`)
}
function appendToFile(file, content) {
	if (external_fs_namespaceObject.statSync(file, {throwIfNoEntry: false})?.isFIFO()) throw new Error('A pipe')
	external_fs_namespaceObject.appendFileSync(file, content)
}

// src/inputs.ts

const OPERATIONS = ['delete-schedule', 'delete-history', 'delete-backups', 'prune-history']
const PRUNE = {of: ['prune-history']}
const INPUTS = {
	operation: {},
	'portal-url': {},
	token: {},
	dump: {},
	'backup-ids': {of: ['delete-backups']},
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
	'time-zone': {default: 'UTC', ...PRUNE},
	'require-backup-within': PRUNE,
	'storage-types': PRUNE,
	'ignore-not-found': {default: 'false', of: ['delete-backups', 'prune-history']},
	'max-deletions': {of: ['delete-history', 'delete-backups', 'prune-history']},
	'dry-run': {default: 'false'},
	verify: {default: 'true', of: ['delete-schedule', 'delete-history']},
	retries: {default: '5'},
	'timeout-seconds': {default: '300'},
	'allow-http': {default: 'false'},
	summary: {default: 'true'}
}
function readGivenToken() {
	return readInput('token')
}
function says(name, value) {
	return read(name).toLowerCase() === value
}
function readInputs(redact) {
	return new Reader(redact).inputs()
}
function read(name) {
	const input = INPUTS[name]
	return readInput(name) || (input.default ?? '')
}
class Reader {
	redact
	constructor(redact) {
		this.redact = redact
	}
	inputs() {
		this.refuseUnread()
		const operation = OPERATIONS.find(name => name === read('operation'))
		if (!operation) throw this.refusal('operation', join(OPERATIONS))
		this.refuseForeign(operation)
		const token = parseToken(readGivenToken())
		const dump = read('dump') === '' ? undefined : this.boolean('dump')
		if (dump && !token.isApiKey) {
			throw new Refusal(say`dump: true needs an API key (sk-…) as token: a portal too old for keys would ignore dump and delete its own backups.`)
		}
		this.boolean('summary')
		const common = {token, ...this.portal(), dump, dryRun: this.boolean('dry-run'), retries: this.number('retries'), timeoutSeconds: this.number('timeout-seconds', 1), calendar: this.calendar()}
		return this.ofOperation(operation, common)
	}
	ofOperation(operation, common) {
		const verify = this.boolean('verify')
		const ignoreNotFound = this.boolean('ignore-not-found')
		const maxDeletions = read('max-deletions') === '' ? undefined : this.number('max-deletions')
		switch (operation) {
			case 'delete-schedule':
				return {...common, operation, verify: verify || common.dryRun}
			case 'delete-history':
				if (maxDeletions !== undefined && !verify) {
					throw new Refusal(say`max-deletions does not go with verify: false, which lists nothing.`)
				}
				return {...common, operation, verify: verify || common.dryRun, maxDeletions}
			case 'delete-backups': {
				const ids = this.ids('backup-ids')
				if (!ids) throw this.refusal('backup-ids', say`GUIDs, at least one, or []`)
				return {...common, operation, ids, ignoreNotFound, maxDeletions}
			}
			case 'prune-history':
				return {...common, operation, policy: this.policy(), pinned: this.ids('keep-ids') ?? new Set(), requireBackupWithin: this.requireBackupWithin(), storageTypes: this.storageTypes(), ignoreNotFound, maxDeletions}
		}
	}
	refusal(name, allowed, value = read(name)) {
		return new Refusal(say`${name} cannot be ${quoted(value, this.redact)}. Allowed: ${allowed}.`)
	}
	refuseUnread() {
		const names = Object.keys(INPUTS).filter(isInputName)
		const variables = new Set(names.map(name => `INPUT_${name.toUpperCase()}`))
		for (const [variable, value] of Object.entries(process.env)) {
			if (!variable.startsWith('INPUT_') || !value || variables.has(variable)) continue
			throw new Refusal(say`There is no input for the environment variable ${quoted(variable, this.redact)}, so nothing reads it. Is the name of an input misspelt under "with:"? Or does "env:" in the workflow, the machine, or a composite action around this one set the variable? The inputs are: ${join(names)}.`)
		}
	}
	refuseForeign(operation) {
		for (const name of Object.keys(INPUTS).filter(isInputName)) {
			const {of, default: standard = ''} = INPUTS[name]
			if (!of || of.includes(operation)) continue
			const isBoolean = standard === 'true' || standard === 'false'
			const isDefault = isBoolean ? String(this.boolean(name)) === standard : read(name) === standard
			if (isDefault) continue
			throw new Refusal(say`${name} does not belong to ${operation}, but to ${join(of)}. Leave it out.`)
		}
	}
	boolean(name) {
		if (!/^(true|True|TRUE|false|False|FALSE)$/.test(read(name))) throw this.refusal(name, say`true, false`)
		return read(name).toLowerCase() === 'true'
	}
	number(name, least = 0, or = say``) {
		const number = parseNumber(read(name))
		if (number !== undefined && number >= least) return number
		throw this.refusal(name, say`a whole number from ${least}, in digits${or}`)
	}
	list(name, parse, allowed) {
		const given = read(name)
		if (given === '') return undefined
		const isJson = given.startsWith('[')
		const items = isJson ? parseStrings(given) : given.split(/[\s,]/).filter(item => item !== '')
		if (!items || (items.length === 0 && !isJson)) {
			throw this.refusal(name, say`${allowed}, separated by spaces or commas, or as a JSON array of strings`)
		}
		return new Set(
			items.map(item => {
				const value = parse(item)
				if (value === undefined) throw this.refusal(name, say`${allowed}, separated by spaces or commas`, item)
				return value
			})
		)
	}
	ids(name) {
		return this.list(name, parseBackupId, say`GUIDs`)
	}
	storageTypes() {
		const allowed = join(STORAGE_TYPES.map((type, number) => say`${type} (${number})`))
		const types = this.list('storage-types', parseStorageType, allowed)
		if (types?.size === 0) throw this.refusal('storage-types', say`${allowed}, at least one; empty: all`)
		return types
	}
	portal() {
		const given = read('portal-url')
		if (!/^https?:/i.test(given)) {
			throw new Refusal(say`portal-url must be a URL such as https://portal.example. What stands there is not shown: it may be a token.`)
		}
		const url = URL.canParse(given) ? new URL(given) : undefined
		const host = url && printableHost(url, this.redact)
		if (!host || !/^https?:\/\/[^/\\\s@?#]+\/?$/i.test(given)) {
			const origin = host && !HAS_USER.test(given) ? say`. Write ${url.protocol === 'http:' ? 'http' : 'https'}://${host}` : say``
			throw this.refusal('portal-url', say`a URL such as https://portal.example, without path, query, fragment, user name or password${origin}`, withoutSecretParts(given))
		}
		const allowHttp = this.boolean('allow-http')
		const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
		if (url.protocol === 'http:' && !allowHttp && !isLoopback) {
			throw this.refusal('portal-url', say`https, so that nobody reads the token on its way; or set allow-http: true`)
		}
		return {portalUrl: url, host}
	}
	policy() {
		const counts = {...NO_RULE.counts}
		for (const rule of COUNTED) counts[rule] = this.keepCount(`keep-${rule}`)
		const withinPeriods = {...NO_RULE.withinPeriods}
		for (const period of PERIODS) withinPeriods[period] = this.duration(`keep-within-${period}`)
		const policy = {counts, within: this.duration('keep-within'), withinPeriods}
		if (!hasRule(policy)) {
			throw new Refusal(say`No keep- rule is set, or all are 0: that would delete every backup${read('keep-ids') === '' ? '' : ' but those of keep-ids'}. Set one, such as keep-last: 7.`)
		}
		return policy
	}
	keepCount(name) {
		if (read(name) === '') return 0
		return read(name) === 'unlimited' ? UNLIMITED : this.number(name, 0, say`, or unlimited`)
	}
	duration(name) {
		if (read(name) === '') return undefined
		const duration = parseDuration(read(name))
		if (duration) return duration
		throw this.refusal(name, say`a duration such as 30d, 2w, 6m or 1y5m7d2h: y, m (months), w, d and h, each at most once`)
	}
	requireBackupWithin() {
		const duration = this.duration('require-backup-within')
		if (!duration || !isZero(duration)) return duration
		throw this.refusal('require-backup-within', say`a duration longer than 0, such as 2d`)
	}
	calendar() {
		const name = read('time-zone')
		if (name === 'UTC') return UTC
		const calendar = zonedCalendar(name)
		if (!calendar) throw this.refusal('time-zone', say`a name such as Europe/Berlin, and no offset`)
		return calendar
	}
}
function isInputName(name) {
	return Object.hasOwn(INPUTS, name)
}
function parseNumber(digits) {
	const number = /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN
	return Number.isSafeInteger(number) ? number : undefined
}
function parseStrings(json) {
	try {
		const items = JSON.parse(json)
		if (Array.isArray(items) && items.every(item => typeof item === 'string')) return items
	} catch {}
	return undefined
}
const HAS_USER = /@|%40|＠|﹫/i
function withoutSecretParts(url) {
	const rest = url.replace(/^https?:[\\/]*/i, '')
	if (HAS_USER.test(url) || /:(?!\d*(?:[/?#\\]|$))/.test(rest)) {
		return /@([\w.-]+(?::\d+)?\/?)$/.exec(url)?.[0].replace('@', '…') ?? '…'
	}
	const end = url.search(/[?#]/)
	return end < 0 ? url : `${url.slice(0, end)}…`
}

// src/ledger.ts

class Ledger {
	first
	selected
	kept
	ignored = []
	schedule = 'unlooked'
	hasSent = false
	entries = new Map()
	last = {kind: 'none'}
	listed = new Set()
	gone = new Set()
	sent(ids) {
		this.hasSent = true
		this.last = {kind: 'none'}
		this.gone = new Set()
		for (const id of ids) {
			if (!this.entries.has(id)) this.entries.set(id, {word: undefined, failure: undefined})
		}
	}
	heard(id, word) {
		const entry = this.entries.get(id)
		if (!entry) return
		if (word.said !== 'nothing') entry.word = word
		entry.failure = word.said === 'done' ? undefined : word.failure
	}
	close(closing) {
		this.last = closing
		this.listed = idsOf(closing.kind === 'trusted' ? closing.listing : [])
		this.gone = idsOf(closing.kind === 'trusted' ? closing.missing : [])
	}
	get closing() {
		return this.last
	}
	get missing() {
		return this.gone
	}
	get knowsWhatStays() {
		return !this.hasSent || this.last.kind === 'trusted'
	}
	failureOf(id) {
		return this.entries.get(id)?.failure
	}
	isReported(id) {
		const word = this.entries.get(id)?.word
		return word?.said === 'done' && word.reported
	}
	isRefused(id) {
		return this.entries.get(id)?.word?.said === 'no'
	}
	get unanswered() {
		return this.withFate('deleted').filter(({id}) => !this.entries.get(id)?.word)
	}
	fateOf(id) {
		const entry = this.entries.get(id)
		if (!entry) return 'not sent'
		switch (this.last.kind) {
			case 'none':
				return this.isReported(id) ? 'reported' : 'unknown'
			case 'useless':
				return 'unknown'
			case 'trusted':
				if (this.listed.has(id)) return 'listed'
				return this.isRefused(id) ? 'file may remain' : 'deleted'
		}
	}
	withFate(...fates) {
		return (this.selected ?? []).filter(({id}) => fates.includes(this.fateOf(id)))
	}
	get deleted() {
		return this.isUncounted ? undefined : this.withFate('deleted', 'reported')
	}
	get failed() {
		return this.isUncounted ? undefined : this.withFate('listed', 'file may remain', 'unknown')
	}
	get isUncounted() {
		return this.hasSent && this.selected === undefined
	}
}

// src/portal/statuses.ts

const KEY_PAGE = 'Settings → Developer Tools → API keys'
function means(verdict, advice) {
	return {verdict, advice: typeof advice === 'function' ? advice : () => advice}
}
const NO_API = means('all', say`there is no such API at this URL. Check portal-url, and the version of the portal (3.1 or newer).`)
const DOWN = means('gateway', say`the portal or its backup service is down. Run again when it is back.`)
const TOO_SLOW = means('gateway-open', say`the gateway gave up waiting, and the portal may still be at work. Run again later.`)
const UNREACHED = means('gateway', say`the gateway in front of the portal cannot reach it. Run again when it is back.`)
const REFUSED = say`the portal refused the request; see its log.`
const MEANINGS = {
	400: means('backup', say`the portal does not understand the request. It may be too old for this action.`),
	'400 other': means('backup', say`a web server or proxy refused the request. Check scheme and port of portal-url.`),
	'400 error': means('file', ({isOfOneBackup}) => (isOfOneBackup ? say`the portal could not delete this backup's file. Is the account of its storage still connected?` : REFUSED)),
	401: means('all', say`the portal does not accept the token. Is the key whole, without quotes, active and not expired (${KEY_PAGE}), and is it a key of the very portal that portal-url names? A portal older than 3.1 knows no API keys.`),
	402: means('all', say`the portal is unpaid, or its licence has expired. Renew it, then run again.`),
	'402 error': means('all', say`the plan or the quota of the portal does not allow this.`),
	403: means('all', say`access is blocked, perhaps by IP restrictions or a firewall. Allow this runner's address, or use a key made by the Owner, whom IP restrictions do not bind.`),
	'403 empty': means('all', ({method}) => (method === 'DELETE' ? say`the API key may not write. Make one with access "All" (${KEY_PAGE}).` : say`the API key may not even read. Make one with access "All" (${KEY_PAGE}).`)),
	'403 denied': means('file', ({isOfOneBackup}) =>
		isOfOneBackup ? say`access denied. The listing was allowed, so this is about this backup's file: the portal's own process may not delete it.` : say`access denied. The token's user must be the Owner or a DocSpace admin of the portal; dump: true works on a self-hosted server only.`
	),
	'403 error': means('file', ({isOfOneBackup}) => (isOfOneBackup ? say`the portal refused to delete this backup; see its log.` : REFUSED)),
	'403 problem': means('all', say`the portal is busy: it is being restored, moved or encrypted. Run again when that is over.`),
	404: NO_API,
	'404 error': means('nothing-left', ({isOfOneBackup}) => (isOfOneBackup ? say`there is nothing left to delete.` : say`the portal found nothing; see its log.`)),
	'404 problem': means('all', say`the portal is suspended or removed. Activate it again, or check portal-url.`),
	405: {...NO_API, verdict: 'backup'},
	408: TOO_SLOW,
	429: means('all', say`the rate limit of the portal is reached. Run again later.`),
	500: means(
		'file',
		({isFirst, method}) => say`the portal failed to process the request; see its log.${isFirst ? ' A hosted portal also answers like this if its name in portal-url is wrong: check that.' : ''}${method === 'GET' ? ' If it was the list of backups, look for a storage whose account is disconnected.' : ''}`
	),
	502: DOWN,
	503: DOWN,
	504: TOO_SLOW,
	520: TOO_SLOW,
	521: UNREACHED,
	522: TOO_SLOW,
	523: UNREACHED,
	524: TOO_SLOW
}
const OTHER = means('backup', say`no portal answers like this. Something between the runner and the portal may have; see its log.`)
const NEEDS_ITS_BODY = [400, 403, 404]
const UNREADABLE = say`the answer could not be read to its end, and with it the reason. Run again; if it stays so, see the portal's log.`
const NO_CACHE = say`a cache between the runner and the portal has answered. The portal's API must be reached without one.`
const BLOCKED = say`other requests were answered, so something in front of the portal may block DELETE requests. Allow them there.`
function isBlocked(status, form, {method, isFirst}) {
	const isForeign = form === 'other' || (form === 'empty' && status !== 403)
	return method === 'DELETE' && !isFirst && isForeign && [400, 403, 404, 405].includes(status)
}
function meaningOf(status, form, asked, redirect) {
	if (status >= 300 && status < 400) {
		return {verdict: 'all', advice: status === 304 ? NO_CACHE : redirect}
	}
	const {verdict, advice} = MEANINGS[`${status} ${form}`] ?? MEANINGS[`${status}`] ?? OTHER
	if (form === 'unreadable' && NEEDS_ITS_BODY.includes(status)) return {verdict, advice: UNREADABLE}
	return {verdict, advice: isBlocked(status, form, asked) ? BLOCKED : advice(asked)}
}
function isGatewayStatus(status) {
	return MEANINGS[`${status}`]?.verdict === 'gateway' || isOpenStatus(status)
}
function isOpenStatus(status) {
	return MEANINGS[`${status}`]?.verdict === 'gateway-open'
}

// src/retention/plan.ts

function planRetention(backups, policy, settings) {
	const newestFirst = [...backups].sort(compareNewestFirst)
	const groups = []
	for (const storageType of STORAGE_TYPES) {
		const own = newestFirst.filter(backup => backup.storageType === storageType)
		if (own.length === 0) continue
		const group = planGroup(own, policy, settings)
		if (group.kept.length === 0) {
			throw new Refusal(say`The rules would leave no backup of storage type ${storageType}. Nothing was deleted. Add one that always keeps some, such as keep-last: 1.`, say`the rules would leave none of ${storageType}`)
		}
		groups.push(group)
	}
	return {kept: groups.flatMap(({kept}) => kept).sort((a, b) => compareNewestFirst(a.backup, b.backup)), selected: groups.flatMap(({selected}) => selected).sort((a, b) => compareNewestFirst(b, a))}
}
function compareNewestFirst(a, b) {
	return b.createdOn - a.createdOn || (a.id < b.id ? -1 : 1)
}
const NO_EDGE = Number.NEGATIVE_INFINITY
function planGroup(newestFirst, policy, {pinned, calendar, now}) {
	const fates = newestFirst.map(backup => ({backup, reasons: []}))
	const latest = newestFirst.find(({createdOn}) => createdOn < now)
	for (const rule of rulesOf(policy, calendar, latest?.createdOn)) apply(rule, fates)
	for (const {backup, reasons} of fates) {
		if (pinned.has(backup.id)) reasons.push(say`pinned`)
	}
	return {
		kept: fates.filter(({reasons}) => reasons.length > 0),
		selected: fates
			.filter(({reasons}) => reasons.length === 0)
			.map(({backup}) => backup)
			.reverse()
	}
}
function apply({reason, periodOf, count, edge}, newestFirst) {
	const oldest = newestFirst.at(-1)
	let left = count
	let current = Number.NaN
	for (const fate of newestFirst) {
		const {createdOn} = fate.backup
		if (left === 0 || createdOn <= edge) return
		const period = periodOf(createdOn)
		const isNew = period !== current
		if (!isNew && fate !== oldest) continue
		fate.reasons.push(isNew ? reason : say`oldest ${reason}`)
		current = period
		left--
	}
}
function rulesOf(policy, calendar, latest) {
	const periodsOf = {...calendar, last: () => Number.NaN}
	const rules = []
	function addReaching(name, period, duration) {
		if (!isRule(duration)) return
		const reason = say`${name} ${formatDuration(duration)}`
		const edge = latest === undefined ? NO_EDGE : calendar.subtract(latest, duration)
		rules.push({reason, periodOf: periodsOf[period], count: UNLIMITED, edge})
	}
	addReaching(say`within`, 'last', policy.within)
	for (const period of COUNTED) {
		const count = policy.counts[period]
		rules.push({reason: say`${period}`, periodOf: periodsOf[period], count, edge: NO_EDGE})
	}
	for (const period of PERIODS) addReaching(say`${period} within`, period, policy.withinPeriods[period])
	return rules
}

// src/operations/before-deleting.ts

const WARN_OF_EXPIRY_DAYS = 30
async function lookFirst({portal}, look) {
	const key = portal.key()
	const found = await look()
	return {found, key: await key}
}
async function listFirst(context) {
	const first = await lookFirst(context, () => context.portal.history())
	context.ledger.first = first.found
	return first
}
function assertKeyMayDelete({log, clock, calendar, dryRun}, key) {
	if (key?.mayOnlyRead && !dryRun) {
		throw new Refusal(say`The API key may only read. Nothing was deleted. Make one with access "All" (${KEY_PAGE}).`, say`the API key may only read`)
	}
	if (key?.mayOnlyRead) log.warning(say`This key may only read. The real run needs one with access "All".`)
	if (key?.expiresOn !== undefined && key.expiresOn < clock.date() + WARN_OF_EXPIRY_DAYS * DAY_MS) {
		log.warning(say`The API key expires on ${calendar.format(key.expiresOn)} (${calendar.name}). Make a new one before that.`)
	}
}
function assertMayDelete(context, key, maxDeletions, total = context.ledger.selected?.length ?? 0) {
	assertKeyMayDelete(context, key)
	if (maxDeletions !== undefined && total > maxDeletions) {
		throw new Refusal(say`${count(total, 'backup')} selected, but max-deletions allows ${maxDeletions}. Nothing was deleted. Look at the list, then raise the limit or select fewer.`, say`${thousands(total)} selected, max-deletions allows ${maxDeletions}`)
	}
	const lack = context.deadline.lackOfTime()
	if (total > 0 && lack) {
		throw new Refusal(say`The list of backups took ${seconds(lack.listingTook)}, so there is no time for another one after the deletions. Nothing was deleted. Set timeout-seconds to ${lack.secondsThatWouldDo} or more.`, say`no time for a listing after the deletions`)
	}
}
function assertListed({log, ledger: {first = []}}, input, ids, ignoreNotFound) {
	const listed = new Set(first.map(({id}) => id))
	const unknown = [...ids].filter(id => !listed.has(id))
	if (unknown.length === 0) return
	const what = say`${unknown.length} of the ${input} ${verb('is', unknown.length)} not in the history`
	const named = someOf(unknown)
	if (ignoreNotFound) {
		log.warning(say`${what}: ${named}.`)
		return
	}
	const remedy = input === 'backup-ids' ? say`to delete the rest` : say`to prune anyway, and keep those that exist`
	throw new Refusal(say`${what}: ${named}. Nothing was deleted. ${unknown.length === 1 ? 'It' : 'They'} may be gone already, or be of the other kind (dump). Set ignore-not-found: true ${remedy}.`, what)
}
function compareOldestFirst(a, b) {
	if (a.kind === 'backup' && b.kind === 'backup') return compareNewestFirst(b, a)
	return Number(a.kind === 'unreadable') - Number(b.kind === 'unreadable')
}

var external_http_ = __nccwpck_require__(611)
var external_http_namespaceObject = __nccwpck_require__.t(external_http_, 2)
var external_https_ = __nccwpck_require__(692)
var external_https_namespaceObject = __nccwpck_require__.t(external_https_, 2)
// node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
	const usingSsl = reqUrl.protocol === 'https:'
	if (checkBypass(reqUrl)) {
		return undefined
	}
	const proxyVar = (() => {
		if (usingSsl) {
			return process.env['https_proxy'] || process.env['HTTPS_PROXY']
		} else {
			return process.env['http_proxy'] || process.env['HTTP_PROXY']
		}
	})()
	if (proxyVar) {
		try {
			return new DecodedURL(proxyVar)
		} catch (_a) {
			if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://')) return new DecodedURL(`http://${proxyVar}`)
		}
	} else {
		return undefined
	}
}
function checkBypass(reqUrl) {
	if (!reqUrl.hostname) {
		return false
	}
	const reqHost = reqUrl.hostname
	if (isLoopbackAddress(reqHost)) {
		return true
	}
	const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || ''
	if (!noProxy) {
		return false
	}
	let reqPort
	if (reqUrl.port) {
		reqPort = Number(reqUrl.port)
	} else if (reqUrl.protocol === 'http:') {
		reqPort = 80
	} else if (reqUrl.protocol === 'https:') {
		reqPort = 443
	}
	const upperReqHosts = [reqUrl.hostname.toUpperCase()]
	if (typeof reqPort === 'number') {
		upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`)
	}
	for (const upperNoProxyItem of noProxy
		.split(',')
		.map(x => x.trim().toUpperCase())
		.filter(x => x)) {
		if (upperNoProxyItem === '*' || upperReqHosts.some(x => x === upperNoProxyItem || x.endsWith(`.${upperNoProxyItem}`) || (upperNoProxyItem.startsWith('.') && x.endsWith(`${upperNoProxyItem}`)))) {
			return true
		}
	}
	return false
}
function isLoopbackAddress(host) {
	const hostLower = host.toLowerCase()
	return hostLower === 'localhost' || hostLower.startsWith('127.') || hostLower.startsWith('[::1]') || hostLower.startsWith('[0:0:0:0:0:0:0:1]')
}
class DecodedURL extends URL {
	constructor(url, base) {
		super(url, base)
		this._decodedUsername = decodeURIComponent(super.username)
		this._decodedPassword = decodeURIComponent(super.password)
	}
	get username() {
		return this._decodedUsername
	}
	get password() {
		return this._decodedPassword
	}
}
// src/unused.ts
class Unused {
	constructor() {
		throw new Error('Not part of this bundle')
	}
}

// node_modules/@actions/http-client/lib/index.js
var __awaiter =
	(undefined && undefined.__awaiter) ||
	function (thisArg, _arguments, P, generator) {
		function adopt(value) {
			return value instanceof P
				? value
				: new P(function (resolve) {
						resolve(value)
					})
		}
		return new (P || (P = Promise))(function (resolve, reject) {
			function fulfilled(value) {
				try {
					step(generator.next(value))
				} catch (e) {
					reject(e)
				}
			}
			function rejected(value) {
				try {
					step(generator['throw'](value))
				} catch (e) {
					reject(e)
				}
			}
			function step(result) {
				result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected)
			}
			step((generator = generator.apply(thisArg, _arguments || [])).next())
		})
	}

var HttpCodes
;(function (HttpCodes) {
	HttpCodes[(HttpCodes['OK'] = 200)] = 'OK'
	HttpCodes[(HttpCodes['MultipleChoices'] = 300)] = 'MultipleChoices'
	HttpCodes[(HttpCodes['MovedPermanently'] = 301)] = 'MovedPermanently'
	HttpCodes[(HttpCodes['ResourceMoved'] = 302)] = 'ResourceMoved'
	HttpCodes[(HttpCodes['SeeOther'] = 303)] = 'SeeOther'
	HttpCodes[(HttpCodes['NotModified'] = 304)] = 'NotModified'
	HttpCodes[(HttpCodes['UseProxy'] = 305)] = 'UseProxy'
	HttpCodes[(HttpCodes['SwitchProxy'] = 306)] = 'SwitchProxy'
	HttpCodes[(HttpCodes['TemporaryRedirect'] = 307)] = 'TemporaryRedirect'
	HttpCodes[(HttpCodes['PermanentRedirect'] = 308)] = 'PermanentRedirect'
	HttpCodes[(HttpCodes['BadRequest'] = 400)] = 'BadRequest'
	HttpCodes[(HttpCodes['Unauthorized'] = 401)] = 'Unauthorized'
	HttpCodes[(HttpCodes['PaymentRequired'] = 402)] = 'PaymentRequired'
	HttpCodes[(HttpCodes['Forbidden'] = 403)] = 'Forbidden'
	HttpCodes[(HttpCodes['NotFound'] = 404)] = 'NotFound'
	HttpCodes[(HttpCodes['MethodNotAllowed'] = 405)] = 'MethodNotAllowed'
	HttpCodes[(HttpCodes['NotAcceptable'] = 406)] = 'NotAcceptable'
	HttpCodes[(HttpCodes['ProxyAuthenticationRequired'] = 407)] = 'ProxyAuthenticationRequired'
	HttpCodes[(HttpCodes['RequestTimeout'] = 408)] = 'RequestTimeout'
	HttpCodes[(HttpCodes['Conflict'] = 409)] = 'Conflict'
	HttpCodes[(HttpCodes['Gone'] = 410)] = 'Gone'
	HttpCodes[(HttpCodes['TooManyRequests'] = 429)] = 'TooManyRequests'
	HttpCodes[(HttpCodes['InternalServerError'] = 500)] = 'InternalServerError'
	HttpCodes[(HttpCodes['NotImplemented'] = 501)] = 'NotImplemented'
	HttpCodes[(HttpCodes['BadGateway'] = 502)] = 'BadGateway'
	HttpCodes[(HttpCodes['ServiceUnavailable'] = 503)] = 'ServiceUnavailable'
	HttpCodes[(HttpCodes['GatewayTimeout'] = 504)] = 'GatewayTimeout'
})(HttpCodes || (HttpCodes = {}))
var Headers
;(function (Headers) {
	Headers['Accept'] = 'accept'
	Headers['ContentType'] = 'content-type'
})(Headers || (Headers = {}))
var MediaTypes
;(function (MediaTypes) {
	MediaTypes['ApplicationJson'] = 'application/json'
})(MediaTypes || (MediaTypes = {}))
function lib_getProxyUrl(serverUrl) {
	const proxyUrl = pm.getProxyUrl(new URL(serverUrl))
	return proxyUrl ? proxyUrl.href : ''
}
const HttpRedirectCodes = [HttpCodes.MovedPermanently, HttpCodes.ResourceMoved, HttpCodes.SeeOther, HttpCodes.TemporaryRedirect, HttpCodes.PermanentRedirect]
const HttpResponseRetryCodes = [HttpCodes.BadGateway, HttpCodes.ServiceUnavailable, HttpCodes.GatewayTimeout]
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD']
const ExponentialBackoffCeiling = 10
const ExponentialBackoffTimeSlice = 5
class HttpClientError extends Error {
	constructor(message, statusCode) {
		super(message)
		this.name = 'HttpClientError'
		this.statusCode = statusCode
		Object.setPrototypeOf(this, HttpClientError.prototype)
	}
}
class HttpClientResponse {
	constructor(message) {
		this.message = message
	}
	readBody() {
		return __awaiter(this, void 0, void 0, function* () {
			return new Promise(resolve =>
				__awaiter(this, void 0, void 0, function* () {
					let output = Buffer.alloc(0)
					this.message.on('data', chunk => {
						output = Buffer.concat([output, chunk])
					})
					this.message.on('end', () => {
						resolve(output.toString())
					})
				})
			)
		})
	}
	readBodyBuffer() {
		return __awaiter(this, void 0, void 0, function* () {
			return new Promise(resolve =>
				__awaiter(this, void 0, void 0, function* () {
					const chunks = []
					this.message.on('data', chunk => {
						chunks.push(chunk)
					})
					this.message.on('end', () => {
						resolve(Buffer.concat(chunks))
					})
				})
			)
		})
	}
}
function isHttps(requestUrl) {
	const parsedUrl = new URL(requestUrl)
	return parsedUrl.protocol === 'https:'
}
class HttpClient {
	constructor(userAgent, handlers, requestOptions) {
		this._ignoreSslError = false
		this._allowRedirects = true
		this._allowRedirectDowngrade = false
		this._maxRedirects = 50
		this._allowRetries = false
		this._maxRetries = 1
		this._keepAlive = false
		this._disposed = false
		this.userAgent = this._getUserAgentWithOrchestrationId(userAgent)
		this.handlers = handlers || []
		this.requestOptions = requestOptions
		if (requestOptions) {
			if (requestOptions.ignoreSslError != null) {
				this._ignoreSslError = requestOptions.ignoreSslError
			}
			this._socketTimeout = requestOptions.socketTimeout
			if (requestOptions.allowRedirects != null) {
				this._allowRedirects = requestOptions.allowRedirects
			}
			if (requestOptions.allowRedirectDowngrade != null) {
				this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade
			}
			if (requestOptions.maxRedirects != null) {
				this._maxRedirects = Math.max(requestOptions.maxRedirects, 0)
			}
			if (requestOptions.keepAlive != null) {
				this._keepAlive = requestOptions.keepAlive
			}
			if (requestOptions.allowRetries != null) {
				this._allowRetries = requestOptions.allowRetries
			}
			if (requestOptions.maxRetries != null) {
				this._maxRetries = requestOptions.maxRetries
			}
		}
	}
	options(requestUrl, additionalHeaders) {
		return __awaiter(this, void 0, void 0, function* () {
			return this.request('OPTIONS', requestUrl, null, additionalHeaders || {})
		})
	}
	get(requestUrl, additionalHeaders) {
		return __awaiter(this, void 0, void 0, function* () {
			return this.request('GET', requestUrl, null, additionalHeaders || {})
		})
	}
	del(requestUrl, additionalHeaders) {
		return __awaiter(this, void 0, void 0, function* () {
			return this.request('DELETE', requestUrl, null, additionalHeaders || {})
		})
	}
	post(requestUrl, data, additionalHeaders) {
		return __awaiter(this, void 0, void 0, function* () {
			return this.request('POST', requestUrl, data, additionalHeaders || {})
		})
	}
	patch(requestUrl, data, additionalHeaders) {
		return __awaiter(this, void 0, void 0, function* () {
			return this.request('PATCH', requestUrl, data, additionalHeaders || {})
		})
	}
	put(requestUrl, data, additionalHeaders) {
		return __awaiter(this, void 0, void 0, function* () {
			return this.request('PUT', requestUrl, data, additionalHeaders || {})
		})
	}
	head(requestUrl, additionalHeaders) {
		return __awaiter(this, void 0, void 0, function* () {
			return this.request('HEAD', requestUrl, null, additionalHeaders || {})
		})
	}
	sendStream(verb, requestUrl, stream, additionalHeaders) {
		return __awaiter(this, void 0, void 0, function* () {
			return this.request(verb, requestUrl, stream, additionalHeaders)
		})
	}
	getJson(requestUrl_1) {
		return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
			additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson)
			const res = yield this.get(requestUrl, additionalHeaders)
			return this._processResponse(res, this.requestOptions)
		})
	}
	postJson(requestUrl_1, obj_1) {
		return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
			const data = JSON.stringify(obj, null, 2)
			additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson)
			additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson)
			const res = yield this.post(requestUrl, data, additionalHeaders)
			return this._processResponse(res, this.requestOptions)
		})
	}
	putJson(requestUrl_1, obj_1) {
		return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
			const data = JSON.stringify(obj, null, 2)
			additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson)
			additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson)
			const res = yield this.put(requestUrl, data, additionalHeaders)
			return this._processResponse(res, this.requestOptions)
		})
	}
	patchJson(requestUrl_1, obj_1) {
		return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
			const data = JSON.stringify(obj, null, 2)
			additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson)
			additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson)
			const res = yield this.patch(requestUrl, data, additionalHeaders)
			return this._processResponse(res, this.requestOptions)
		})
	}
	request(verb, requestUrl, data, headers) {
		return __awaiter(this, void 0, void 0, function* () {
			if (this._disposed) {
				throw new Error('Client has already been disposed.')
			}
			const parsedUrl = new URL(requestUrl)
			let info = this._prepareRequest(verb, parsedUrl, headers)
			const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb) ? this._maxRetries + 1 : 1
			let numTries = 0
			let response
			do {
				response = yield this.requestRaw(info, data)
				if (response && response.message && response.message.statusCode === HttpCodes.Unauthorized) {
					let authenticationHandler
					for (const handler of this.handlers) {
						if (handler.canHandleAuthentication(response)) {
							authenticationHandler = handler
							break
						}
					}
					if (authenticationHandler) {
						return authenticationHandler.handleAuthentication(this, info, data)
					} else {
						return response
					}
				}
				let redirectsRemaining = this._maxRedirects
				while (response.message.statusCode && HttpRedirectCodes.includes(response.message.statusCode) && this._allowRedirects && redirectsRemaining > 0) {
					const redirectUrl = response.message.headers['location']
					if (!redirectUrl) {
						break
					}
					const parsedRedirectUrl = new URL(redirectUrl)
					if (parsedUrl.protocol === 'https:' && parsedUrl.protocol !== parsedRedirectUrl.protocol && !this._allowRedirectDowngrade) {
						throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.')
					}
					yield response.readBody()
					if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
						for (const header in headers) {
							if (header.toLowerCase() === 'authorization') {
								delete headers[header]
							}
						}
					}
					info = this._prepareRequest(verb, parsedRedirectUrl, headers)
					response = yield this.requestRaw(info, data)
					redirectsRemaining--
				}
				if (!response.message.statusCode || !HttpResponseRetryCodes.includes(response.message.statusCode)) {
					return response
				}
				numTries += 1
				if (numTries < maxTries) {
					yield response.readBody()
					yield this._performExponentialBackoff(numTries)
				}
			} while (numTries < maxTries)
			return response
		})
	}
	dispose() {
		if (this._agent) {
			this._agent.destroy()
		}
		this._disposed = true
	}
	requestRaw(info, data) {
		return __awaiter(this, void 0, void 0, function* () {
			return new Promise((resolve, reject) => {
				function callbackForResult(err, res) {
					if (err) {
						reject(err)
					} else if (!res) {
						reject(new Error('Unknown error'))
					} else {
						resolve(res)
					}
				}
				this.requestRawWithCallback(info, data, callbackForResult)
			})
		})
	}
	requestRawWithCallback(info, data, onResult) {
		if (typeof data === 'string') {
			if (!info.options.headers) {
				info.options.headers = {}
			}
			info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8')
		}
		let callbackCalled = false
		function handleResult(err, res) {
			if (!callbackCalled) {
				callbackCalled = true
				onResult(err, res)
			}
		}
		const req = info.httpModule.request(info.options, msg => {
			const res = new HttpClientResponse(msg)
			handleResult(undefined, res)
		})
		let socket
		req.on('socket', sock => {
			socket = sock
		})
		req.setTimeout(this._socketTimeout || 3 * 60000, () => {
			if (socket) {
				socket.end()
			}
			handleResult(new Error(`Request timeout: ${info.options.path}`))
		})
		req.on('error', function (err) {
			handleResult(err)
		})
		if (data && typeof data === 'string') {
			req.write(data, 'utf8')
		}
		if (data && typeof data !== 'string') {
			data.on('close', function () {
				req.end()
			})
			data.pipe(req)
		} else {
			req.end()
		}
	}
	getAgent(serverUrl) {
		const parsedUrl = new URL(serverUrl)
		return this._getAgent(parsedUrl)
	}
	getAgentDispatcher(serverUrl) {
		const parsedUrl = new URL(serverUrl)
		const proxyUrl = getProxyUrl(parsedUrl)
		const useProxy = proxyUrl && proxyUrl.hostname
		if (!useProxy) {
			return
		}
		return this._getProxyAgentDispatcher(parsedUrl, proxyUrl)
	}
	_prepareRequest(method, requestUrl, headers) {
		const info = {}
		info.parsedUrl = requestUrl
		const usingSsl = info.parsedUrl.protocol === 'https:'
		info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject
		const defaultPort = usingSsl ? 443 : 80
		info.options = {}
		info.options.host = info.parsedUrl.hostname
		info.options.port = info.parsedUrl.port ? parseInt(info.parsedUrl.port) : defaultPort
		info.options.path = (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '')
		info.options.method = method
		info.options.headers = this._mergeHeaders(headers)
		if (this.userAgent != null) {
			info.options.headers['user-agent'] = this.userAgent
		}
		info.options.agent = this._getAgent(info.parsedUrl)
		if (this.handlers) {
			for (const handler of this.handlers) {
				handler.prepareRequest(info.options)
			}
		}
		return info
	}
	_mergeHeaders(headers) {
		if (this.requestOptions && this.requestOptions.headers) {
			return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}))
		}
		return lowercaseKeys(headers || {})
	}
	_getExistingOrDefaultHeader(additionalHeaders, header, _default) {
		let clientHeader
		if (this.requestOptions && this.requestOptions.headers) {
			const headerValue = lowercaseKeys(this.requestOptions.headers)[header]
			if (headerValue) {
				clientHeader = typeof headerValue === 'number' ? headerValue.toString() : headerValue
			}
		}
		const additionalValue = additionalHeaders[header]
		if (additionalValue !== undefined) {
			return typeof additionalValue === 'number' ? additionalValue.toString() : additionalValue
		}
		if (clientHeader !== undefined) {
			return clientHeader
		}
		return _default
	}
	_getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
		let clientHeader
		if (this.requestOptions && this.requestOptions.headers) {
			const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType]
			if (headerValue) {
				if (typeof headerValue === 'number') {
					clientHeader = String(headerValue)
				} else if (Array.isArray(headerValue)) {
					clientHeader = headerValue.join(', ')
				} else {
					clientHeader = headerValue
				}
			}
		}
		const additionalValue = additionalHeaders[Headers.ContentType]
		if (additionalValue !== undefined) {
			if (typeof additionalValue === 'number') {
				return String(additionalValue)
			} else if (Array.isArray(additionalValue)) {
				return additionalValue.join(', ')
			} else {
				return additionalValue
			}
		}
		if (clientHeader !== undefined) {
			return clientHeader
		}
		return _default
	}
	_getAgent(parsedUrl) {
		let agent
		const proxyUrl = getProxyUrl(parsedUrl)
		const useProxy = proxyUrl && proxyUrl.hostname
		if (this._keepAlive && useProxy) {
			agent = this._proxyAgent
		}
		if (!useProxy) {
			agent = this._agent
		}
		if (agent) {
			return agent
		}
		const usingSsl = parsedUrl.protocol === 'https:'
		let maxSockets = 100
		if (this.requestOptions) {
			maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets
		}
		if (proxyUrl && proxyUrl.hostname) {
			const agentOptions = {maxSockets, keepAlive: this._keepAlive, proxy: Object.assign(Object.assign({}, (proxyUrl.username || proxyUrl.password) && {proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`}), {host: proxyUrl.hostname, port: proxyUrl.port})}
			let tunnelAgent
			const overHttps = proxyUrl.protocol === 'https:'
			if (usingSsl) {
				tunnelAgent = overHttps ? Unused : Unused
			} else {
				tunnelAgent = overHttps ? Unused : Unused
			}
			agent = tunnelAgent(agentOptions)
			this._proxyAgent = agent
		}
		if (!agent) {
			const options = {keepAlive: this._keepAlive, maxSockets}
			agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options)
			this._agent = agent
		}
		if (usingSsl && this._ignoreSslError) {
			agent.options = Object.assign(agent.options || {}, {rejectUnauthorized: false})
		}
		return agent
	}
	_getProxyAgentDispatcher(parsedUrl, proxyUrl) {
		let proxyAgent
		if (this._keepAlive) {
			proxyAgent = this._proxyAgentDispatcher
		}
		if (proxyAgent) {
			return proxyAgent
		}
		const usingSsl = parsedUrl.protocol === 'https:'
		proxyAgent = new Unused(Object.assign({uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1}, (proxyUrl.username || proxyUrl.password) && {token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`}))
		this._proxyAgentDispatcher = proxyAgent
		if (usingSsl && this._ignoreSslError) {
			proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {rejectUnauthorized: false})
		}
		return proxyAgent
	}
	_getUserAgentWithOrchestrationId(userAgent) {
		const baseUserAgent = userAgent || 'actions/http-client'
		const orchId = process.env['ACTIONS_ORCHESTRATION_ID']
		if (orchId) {
			const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_')
			return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`
		}
		return baseUserAgent
	}
	_performExponentialBackoff(retryNumber) {
		return __awaiter(this, void 0, void 0, function* () {
			retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber)
			const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber)
			return new Promise(resolve => setTimeout(() => resolve(), ms))
		})
	}
	_processResponse(res, options) {
		return __awaiter(this, void 0, void 0, function* () {
			return new Promise((resolve, reject) =>
				__awaiter(this, void 0, void 0, function* () {
					const statusCode = res.message.statusCode || 0
					const response = {statusCode, result: null, headers: {}}
					if (statusCode === HttpCodes.NotFound) {
						resolve(response)
					}
					function dateTimeDeserializer(key, value) {
						if (typeof value === 'string') {
							const a = new Date(value)
							if (!isNaN(a.valueOf())) {
								return a
							}
						}
						return value
					}
					let obj
					let contents
					try {
						contents = yield res.readBody()
						if (contents && contents.length > 0) {
							if (options && options.deserializeDates) {
								obj = JSON.parse(contents, dateTimeDeserializer)
							} else {
								obj = JSON.parse(contents)
							}
							response.result = obj
						}
						response.headers = res.message.headers
					} catch (err) {}
					if (statusCode > 299) {
						let msg
						if (obj && obj.message) {
							msg = obj.message
						} else if (contents && contents.length > 0) {
							msg = contents
						} else {
							msg = `Failed request: (${statusCode})`
						}
						const err = new HttpClientError(msg, statusCode)
						err.result = response.result
						reject(err)
					} else {
						resolve(response)
					}
				})
			)
		})
	}
}
const lowercaseKeys = obj => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {})
// src/portal/connection-errors.ts

const CONNECTION_ERRORS = [
	{codes: /^ECONNREFUSED$/, what: say`The connection was refused: nothing listens at this host and port.`, mayPass: true},
	{codes: /^ENOTFOUND$/, what: say`The host name does not exist. Check portal-url.`, isOfFirstContact: true},
	{codes: /^(EAI_AGAIN|ENOTFOUND)$/, what: say`The host name could not be looked up just now.`, mayPass: true},
	{codes: /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/, what: say`There is no route from this machine to the portal's address. Can this runner reach it, by IPv6 too if it has such an address?`, mayPass: true},
	{codes: /^ALERT$/, what: say`The server ended the TLS handshake. It may want a client certificate, which this action does not support, not serve this host name, or speak only an old TLS.`, isOfFirstContact: true},
	{codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, what: say`The certificate of the portal has expired or is not valid yet, or a clock is wrong.`},
	{codes: /ALTNAME_INVALID$/, what: say`The certificate of the portal is for another host name. Check portal-url.`},
	{codes: /CERT|SIGNATURE|^INVALID_(CA|PURPOSE)$/, what: say`The certificate of the portal is not trusted. For a private authority, set NODE_EXTRA_CA_CERTS to its file, or NODE_USE_SYSTEM_CA=1 if the machine knows it.`},
	{codes: /^UNSPECIFIED$/, what: say`The certificate of the portal, or one that it is signed with, is too weak or not valid. Renew it.`},
	{codes: /^HPE_/, what: say`The answer is not valid HTTP. Check scheme and port of portal-url, and any proxy in between.`, mayGoOn: true},
	{codes: /^(EPROTO|ERR_SSL_)/, what: say`The server does not speak HTTP (or TLS) on this port. Check scheme and port of portal-url.`, isOfFirstContact: true}
]
function explainConnectionError(error, hasAnswer) {
	if (error instanceof NoAnswer) return error
	if (property(error, 'code') === undefined && property(error, 'errors') === undefined) throw error
	const code = codeOf(error)
	const kind = isAlert(error, code) ? 'ALERT' : code
	const known = CONNECTION_ERRORS.find(({codes, isOfFirstContact}) => codes.test(kind) && !(isOfFirstContact && hasAnswer))
	if (known) return new NoAnswer(say`${known.what} (${code})`, known.mayPass, known.mayGoOn)
	return new NoAnswer(say`The connection was lost. (${code})`, true, true)
}
function isAlert(error, code) {
	return /ALERT|CERTIFICATE_REQUIRED/.test(code) || / alert /.test(String(property(error, 'message')))
}
function codeOf(error) {
	const errors = property(error, 'errors')
	const first = Array.isArray(errors) ? property(errors[0], 'code') : undefined
	const code = String((property(error, 'code') ?? first) || 'no code')
	return isErrorCode(code) ? code : codeOf({code: 'unknown code'})
}
function isErrorCode(code) {
	return /^[\w /]+$/.test(code)
}

var hpagent = __nccwpck_require__(629)
// node_modules/hpagent/index.mjs

const node_modules_hpagent = null && mod
const HttpProxyAgent = hpagent.HttpProxyAgent
const HttpsProxyAgent = hpagent.HttpsProxyAgent

// src/portal/proxy.ts

function findProxy(url) {
	const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
	const configured = process.env[name] || process.env[name.toUpperCase()]
	if (!configured || checkBypass(url)) return undefined
	if (url.hostname.startsWith('[')) {
		throw new NoAnswer(say`A portal with an IPv6 address cannot be reached through a proxy. Use its host name, or name it in no_proxy.`, false, false)
	}
	const proxy = readProxyUrl(url)
	if (proxy && /^https?:$/.test(proxy.protocol)) return proxy.href
	throw new NoAnswer(say`The proxy that https_proxy or http_proxy names is not a URL such as http://proxy.example:3128.`)
}
function readProxyUrl(url) {
	try {
		return getProxyUrl(url)
	} catch {
		return undefined
	}
}
function makeProxyAgent(isTls, proxy, keepAlive) {
	const options = {keepAlive, proxy}
	const agent = isTls ? new HttpsProxyAgent(options) : new HttpProxyAgent(options)
	const connect = agent.createConnection.bind(agent)
	agent.createConnection = (target, done) => connect(target, (error, socket) => done?.(error && explainProxy(error), socket))
	return agent
}
function explainProxy(error) {
	const [digits] = /(?<=^Bad response: )\d+/.exec(error.message) ?? []
	if (digits === undefined) {
		const code = codeOf(error)
		return /^(?!.*ALERT).*(CERT|SIGNATURE|ALTNAME|UNSPECIFIED)/.test(code) ? new NoAnswer(say`The certificate of the proxy is not trusted, or not valid. (${code})`) : new NoAnswer(say`The proxy cannot be reached. Check https_proxy and no_proxy. (${code})`, true)
	}
	const status = Number(digits)
	return new NoAnswer(say`The proxy does not connect to the portal (HTTP ${status}). Check https_proxy and no_proxy.`, isGatewayStatus(status))
}

// src/portal/retry-timing.ts

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 24_000
const LONGEST_RESET_S = 3_600
function waitBeforeRetry(retry, asked) {
	return asked ?? withJitter(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (retry - 1)))
}
function withJitter(ms) {
	return ms * (1 + Math.random() / 4)
}
function readWait(status, headers, date) {
	if (status !== 429 && !isGatewayStatus(status)) return undefined
	const retryAfter = parseRetryAfter(headers['retry-after'], date)
	if (retryAfter > 0) return retryAfter
	const reset = Number(/^\d+$/.exec(String(headers['x-ratelimit-reset']))?.[0])
	return status === 429 && reset > 0 && reset <= LONGEST_RESET_S ? reset * 1000 : undefined
}
function parseRetryAfter(header = '', date) {
	if (/^\d+$/.test(header)) return Number(header) * 1000
	return header.endsWith(' GMT') ? Math.ceil((Date.parse(header) - date) / 1000) * 1000 : Number.NaN
}

// src/portal/http.ts

const MOST_AT_ONCE = 8
const MIB = 1024 * 1024
const MOST_ERROR_BYTES = MIB
const LONGEST_ERROR_BODY_MS = 5_000
const NO_IDLE_TIMEOUT_MS = 2 ** 31 - 1
const http_UNREADABLE = {body: '', flaw: say`the answer could not be read to its end.`}
class Http {
	settings
	deadline
	clock
	client = new HttpClient('docspace-backup-cleanup', [], {keepAlive: true, maxSockets: MOST_AT_ONCE, socketTimeout: NO_IDLE_TIMEOUT_MS})
	headers
	route
	lastDeleteStatus
	hasAnswer = false
	constructor(settings, deadline, clock) {
		this.settings = settings
		this.deadline = deadline
		this.clock = clock
		this.headers = {accept: 'application/json', 'accept-encoding': 'identity', authorization: settings.authorization, 'user-agent': this.client.userAgent}
		delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
	}
	async attempt({method, path, where, mostBytes, limitMs, isOfOneBackup}) {
		const start = this.clock.now()
		let head
		try {
			const rest = await this.deadline.limit(limitMs, async signal => {
				const message = await this.ask(method, path, isOfOneBackup, signal)
				head = this.headOf(message, path)
				return head.status === 200 ? readBody(message, mostBytes) : this.readErrorBody(message)
			})
			if (head && (rest || head.status !== 200)) {
				return {where, ...head, ...(rest ?? http_UNREADABLE), took: this.clock.now() - start}
			}
		} catch (error) {
			const {message, mayPass, mayGoOn} = explainConnectionError(error, this.hasAnswer)
			return new NoAnswer(say`${where}: ${message}`, mayPass, mayGoOn)
		}
		if (this.deadline.stop.aborted) {
			return new NoAnswer(say`${where}: no answer before the run was stopped.`, false, true)
		}
		return new NoAnswer(say`${where}: no whole answer within ${seconds(limitMs)}, of the ${this.deadline.seconds} s that timeout-seconds allows. If the portal is slow, raise that; a single deletion has 100 s at most.`, true, true)
	}
	findRoute() {
		const url = this.settings.portalUrl
		const isTls = url.protocol === 'https:'
		const proxy = findProxy(url)
		const host = url.hostname.replace(/^\[|\]$/g, '')
		return {info: {parsedUrl: url, httpModule: isTls ? external_https_ : external_http_}, options: {host, port: url.port}, kept: proxy ? makeProxyAgent(isTls, proxy, true) : this.client.getAgent(url.href), makeFresh: () => proxy !== undefined && makeProxyAgent(isTls, proxy, false)}
	}
	async ask(method, path, isOfOneBackup, signal) {
		this.route ??= this.findRoute()
		const {info, kept, makeFresh} = this.route
		const agent = isOfOneBackup ? kept : makeFresh()
		if (!isOfOneBackup) closeIdle(kept)
		const options = {...this.route.options, method, path, headers: this.headers, signal, agent}
		const {message} = await this.client.requestRaw({...info, options}, null)
		this.hasAnswer = true
		if (method === 'DELETE') this.lastDeleteStatus = message.statusCode
		return message
	}
	headOf({statusCode: status = 0, headers}, path) {
		return {status, contentType: (headers['content-type'] ?? '').toLowerCase(), redirect: explainRedirect(headers.location, path, this.settings), wait: readWait(status, headers, this.clock.date()), rateLimit: parseDigits(headers['x-ratelimit-limit'])}
	}
	async readErrorBody(message) {
		const limitMs = Math.min(LONGEST_ERROR_BODY_MS, this.deadline.left() / 4)
		const read = await this.deadline.limit(limitMs, () => readBody(message, MOST_ERROR_BYTES).catch(() => undefined))
		if (read && !read.flaw) return read
		message.destroy()
		return http_UNREADABLE
	}
}
function closeIdle({freeSockets}) {
	for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}
function parseDigits(header) {
	return typeof header === 'string' && /^[0-9]+$/.test(header) ? Number(header) : undefined
}
async function readBody(message, mostBytes) {
	const chunks = []
	let size = 0
	for await (const chunk of message) {
		size += chunk.length
		if (size > mostBytes) return {body: '', flaw: say`the answer is longer than ${mostBytes / MIB} MiB, which no portal sends. Check portal-url, and any proxy in between.`}
		chunks.push(chunk)
	}
	return {body: Buffer.concat(chunks).toString()}
}
function explainRedirect(location, path, {portalUrl, redact}) {
	const target = location && URL.canParse(location, portalUrl.href) ? new URL(location, portalUrl) : undefined
	if (target?.origin === portalUrl.origin) {
		return say`the portal redirects to another page of its own: a login or a setup page in front of it. Its API must answer without that.`
	}
	const host = target && printableHost(target, redact)
	const isWeb = target?.protocol === 'https:' || target?.protocol === 'http:'
	if (!isWeb || !host) {
		return say`the portal redirects to another place. A login in front of it may do that: its API must be reachable past the login.`
	}
	if (target.hostname === portalUrl.hostname) {
		const isSamePage = `${target.pathname}${target.search}` === path
		return isSamePage && portalUrl.protocol === 'http:' && target.protocol === 'https:' ? say`the portal redirects to https://${host}. Set portal-url to that.` : say`the portal redirects to another service on its host, ${host}: perhaps a login or a setup page in front of it. Its API must answer without that.`
	}
	return say`the portal redirects to another host, ${host}. If that is a login in front of the portal, its API must be reachable past the login. If the portal has moved, ask whoever runs it for its new address.`
}

// src/operations/proof.ts

function prove(first, selected, closing) {
	const unreadable = countWithoutId(closing)
	if (unreadable > countWithoutId(first)) return {kind: 'unreadable', unreadable}
	const listed = idsOf(closing)
	const others = first.filter(hasId).filter(({id, expiresOn}) => !selected.has(id) && expiresOn === undefined)
	const missing = others.filter(({id}) => !listed.has(id))
	if (others.length > 0 && missing.length === others.length) return {kind: 'lost', lost: missing}
	return {kind: 'trusted', missing}
}
function countWithoutId(records) {
	return records.filter(record => !hasId(record)).length
}

// src/operations/closing.ts

const LOOK_AGAIN_AT_MS = [2_000, 8_000]
async function listAgain({portal, ledger}) {
	let closing
	try {
		closing = await portal.history()
	} catch (error) {
		if (error instanceof BadAnswer && error.status === 200) ledger.close({kind: 'useless'})
		throw error
	}
	const {first = [], selected = []} = ledger
	const proof = prove(first, new Set(selected.map(({id}) => id)), closing)
	if (proof.kind === 'trusted') {
		ledger.close({kind: 'trusted', listing: closing, missing: proof.missing})
		return closing
	}
	ledger.close({kind: 'useless'})
	const why = proof.kind === 'lost' ? explainLost(proof.lost) : explainUnreadable(proof.unreadable, first)
	throw new Failure(say`The closing list proves nothing: ${why} Look at the portal's backups before you run again.`)
}
async function closing_close(context, mayLag) {
	const {ledger} = context
	if (!ledger.hasSent) return
	if (ledger.closing.kind === 'none') await listAgain(context)
	await lookAgain(
		context,
		() => ledger.withFate('listed').some(({id}) => mayLag(id)),
		async () => {
			try {
				await listAgain(context)
			} catch (error) {
				if (!(error instanceof Failure) || ledger.closing.kind === 'useless') throw error
			}
		}
	)
}
async function lookAgain({clock, deadline}, lags, look) {
	const start = clock.now()
	for (const at of LOOK_AGAIN_AT_MS) {
		const wait = Math.max(1, start + at - clock.now())
		const hasTime = deadline.left() - wait > deadline.listingMs
		if (!lags() || !hasTime || !(await deadline.sleep(wait))) return
		await look()
	}
}
function warnOfSilence({ledger, log}) {
	const number = ledger.unanswered.length
	if (number === 0) return
	log.warning(say`${count(number, 'backup')} ${verb('is', number)} gone from the list, but the portal never answered the DELETE: the files may remain.`)
}
function explainMissing({ledger, log}, pinned = new Set()) {
	if (ledger.closing.kind !== 'trusted') return undefined
	const keptIds = new Set([...pinned, ...(ledger.kept ?? []).map(({backup}) => backup.id)])
	const kept = ledger.closing.missing.filter(({id}) => keptIds.has(id))
	const others = ledger.closing.missing.filter(({id}) => !keptIds.has(id))
	const explain = (missing, which) => say`${count(missing.length, 'backup')} ${which} ${verb('is', missing.length)} not listed any more: ${someOf(missing.map(nameOf))}. ${WHO_ELSE}`
	if (others.length > 0) log.warning(explain(others, 'that this run did not look at'))
	return kept.length > 0 ? explain(kept, 'to be kept') : undefined
}
const WHO_ELSE = say`This run did not delete what is gone. Perhaps the portal's own limit of copies did, or somebody else, or the portal cannot reach the file or the account of its storage.`
function nameOf({name, storageType, id}) {
	return say`${name} (${storageType ?? 'unknown storage'}, ${id})`
}
function explainLost(lost) {
	return say`it has none of the ${count(lost.length, 'backup')} that should stay: ${someOf(lost.map(nameOf))}. Perhaps another server has answered, or the portal cannot reach its storages.`
}
function explainUnreadable(unreadable, first) {
	return say`${count(unreadable, 'record')} in it ${verb('has', unreadable)} no readable id, ${countWithoutId(first)} in the first one. They could be what was to be deleted.`
}

// src/operations/not-deleted.ts

function explainFailed(ledger, ending) {
	const unknown = ledger.withFate('unknown')
	const withWord = word => unknown.filter(({id}) => wordOn(ledger, id) === word)
	const them = number => (number === 1 ? 'it' : 'them')
	const explain = (records, what, more = () => say``) => (records.length === 0 ? [] : [say`${what(records.length)}: ${someOf(records.map(nameOf))}.`, reasonOf(ledger, records, ending), more(records.length)])
	const listed = ledger.withFate('listed')
	const total = count(ledger.selected?.length ?? 0, 'backup')
	const seeDocs = say`see "Its file may remain" in this action's docs/troubleshooting.md.`
	return [
		explain(listed, number => say`${thousands(number)} of ${total} ${verb('is', number)} still listed`),
		explain(
			ledger.withFate('file may remain'),
			number => say`The portal no longer lists ${count(number, 'backup')}, but did not report success, so ${number === 1 ? 'its file' : 'their files'} may remain`,
			number => say`A re-run will not see ${them(number)}; ${seeDocs}`
		),
		explain(
			withWord('on it'),
			number => say`The portal answered the DELETE of ${count(number, 'backup')} without reporting success`,
			number => say`${number === 1 ? 'Its file' : 'Their files'} may remain, also where the next list lacks ${them(number)}; ${seeDocs}`
		),
		explain(withWord('for all'), number => say`The portal refused the DELETE of ${count(number, 'backup')}`),
		explain(withWord('none'), number => say`It is not known whether ${count(number, 'backup')} ${verb('was', number)} deleted`)
	]
		.flat()
		.filter(sentence => sentence !== '')
}
function wordOn(ledger, id) {
	if (!ledger.isRefused(id)) return 'none'
	return isAboutAll(ledger.failureOf(id)) ? 'for all' : 'on it'
}
function isAboutAll(failure) {
	return failure instanceof MustWait || (failure instanceof BadAnswer && failure.verdict === 'all')
}
function reasonOf(ledger, records, ending) {
	const failures = records.map(({id}) => ledger.failureOf(id))
	const other = failures.find(failure => failure && failure !== ending && !isAboutAll(failure))
	if (other) return other.message
	if (ending || records.every(({id}) => ledger.fateOf(id) !== 'listed')) return say``
	return say`The portal reported success; see its log.`
}
function explainUntried(ledger, {ending, isOutOfTime, isFull, passedOver}) {
	const rest = ledger.withFate('not sent').length - passedOver
	if (rest === 0) return []
	const what = say`${count(rest, 'backup')} ${verb('was', rest)} not tried`
	if (isOutOfTime && !ending) {
		return [say`${what} for lack of time: left for the next run. Run again, or raise timeout-seconds.`]
	}
	if (isFull && !ending) {
		return [say`${what}: ${MOST_AT_ONCE} deletions may still go on at the portal, and this action allows no more at once. Run again later.`]
	}
	return [say`${what}.`]
}

// src/operations/delete-each.ts

const MOST_FIRST_ONES = 3
async function deleteEach(context, pinned) {
	const {ledger} = context
	const deletions = new Deletions(context)
	await deletions.run(ledger.selected ?? [])
	const problems = [...deletions.problems]
	if (!(deletions.ending instanceof MustWait || deletions.hasNoList)) {
		try {
			await closing_close(context, id => ledger.isReported(id))
		} catch (error) {
			if (!(error instanceof Failure)) throw error
			problems.push(error.message)
		}
	}
	warnOfSilence(context)
	problems.push(...explainFailed(ledger, deletions.ending))
	if (!context.dryRun) problems.push(...explainUntried(ledger, deletions))
	const missing = explainMissing(context, pinned)
	if (missing) problems.push(missing)
	if (problems.length > 0) throw new Failure(join(problems, ' '))
}
class Deletions {
	context
	ending
	isOutOfTime = false
	hasNoList = false
	passedOver = 0
	problems = []
	open = new Set()
	again = []
	stop = new AbortController()
	done = 0
	defect
	constructor(context) {
		this.context = context
	}
	async run(selected) {
		const groups = groupByStorageType(selected)
		do {
			for (const group of groups) await this.deleteGroup(group)
			await this.tryAgain()
		} while (!this.hasEnded && !this.isFull && groups.some(({queue}) => queue.length > 0))
		if (this.defect !== undefined) throw this.defect
	}
	get isFull() {
		return this.freePlaces === 0
	}
	async tryAgain() {
		const again = this.again.splice(0)
		const queue = again.filter(({id}) => !this.open.has(id)).reverse()
		const work = record => this.sendOnceMore(record)
		const inOwnPlaces = again.filter(({id}) => this.open.has(id)).map(async record => (await this.serve([record], work)) && this.serve(queue, work))
		await Promise.all([...inOwnPlaces, this.inFreePlaces(queue, work)])
	}
	get freePlaces() {
		return MOST_AT_ONCE - this.open.size
	}
	get hasEnded() {
		return this.stop.signal.aborted || this.isOutOfTime
	}
	async deleteGroup(group) {
		while (group.firstOnes > 0 && !this.hasEnded && !this.isFull) {
			const first = group.queue.pop()
			if (!first) return
			if (!(await this.deleteFirst(first))) group.firstOnes = 0
			else if (await this.lookFor(first)) group.firstOnes--
			else return this.passOver(group)
		}
		await this.inFreePlaces(group.queue, record => this.delete(record))
	}
	async deleteFirst(record) {
		const word = await this.send(record)
		if (!failsAtFile(word) || this.hasEnded) {
			this.remember(record, word)
			return false
		}
		const second = await this.sendOnceMore(record)
		if (second?.said === 'nothing') this.remember(record, second)
		return second !== undefined && second.said !== 'done'
	}
	async lookFor(record) {
		try {
			return (await listAgain(this.context)).some(({id}) => id === record.id)
		} catch (error) {
			this.hasNoList = true
			this.end(error)
			return true
		}
	}
	passOver({type, queue}) {
		const left = queue.splice(0).length
		if (left === 0) return
		this.passedOver += left
		this.problems.push(
			say`The portal forgot a backup of ${type === undefined ? 'an unknown storage' : say`storage type ${type}`}, and could not delete its file. It might do the same to all others there, so ${count(left, 'backup')} there ${verb('was', left)} not tried. Mend the storage if it is at fault, then run again.`
		)
	}
	async delete(record) {
		this.remember(record, await this.send(record))
	}
	remember(record, word) {
		if (word?.said === 'nothing' || failsAtFile(word)) this.again.push(record)
	}
	async inFreePlaces(queue, work) {
		await Promise.all(Array.from({length: this.freePlaces}, () => this.serve(queue, work)))
	}
	async serve(queue, work) {
		while (!this.hasEnded) {
			const record = queue.pop()
			if (!record) break
			await work(record)
			if (this.open.has(record.id)) return false
		}
		return true
	}
	sendOnceMore(record) {
		return this.send(record, 0)
	}
	async send({id}, retries) {
		const {portal, ledger, log, deadline} = this.context
		try {
			const word = await portal.deleteBackup(id, () => ledger.sent([id]), this.stop.signal, retries)
			ledger.heard(id, word)
			if (word.said === 'done') {
				this.done++
				this.open.delete(id)
			} else if (word.mayGoOn) this.open.add(id)
			if (ledger.hasSent) {
				log.progress(() => say`${thousands(this.done)} of ${count(ledger.selected?.length ?? 0, 'backup')} deleted, as the portal reports.`)
			}
			return word
		} catch (error) {
			const isWord = error instanceof BadAnswer || error instanceof MustWait
			if (isWord) ledger.heard(id, {said: 'no', failure: error, tryAgain: false, mayGoOn: false})
			if (!(error instanceof NotSent)) this.end(error)
			else if (!deadline.stop.aborted && !this.stop.signal.aborted) this.isOutOfTime = true
			return undefined
		}
	}
	end(error) {
		this.stop.abort()
		if (!(error instanceof Failure)) this.defect ??= error
		else if (this.ending === undefined) {
			this.ending = error
			this.problems.unshift(error.message)
		}
	}
}
function failsAtFile(word) {
	return word?.said === 'no' && word.tryAgain
}
function groupByStorageType(selected) {
	const groups = new Map()
	for (const {storageType: type} of selected) {
		if (!groups.has(type)) groups.set(type, {type, queue: [], firstOnes: MOST_FIRST_ONES})
	}
	for (const record of selected.toReversed()) groups.get(record.storageType)?.queue.push(record)
	return [...groups.values()]
}

// src/operations/delete-backups.ts

async function deleteBackups(context, inputs) {
	const {ledger, log} = context
	if (inputs.ids.size === 0) {
		;[ledger.selected, ledger.kept] = [[], []]
		return
	}
	const {found, key} = await listFirst(context)
	ledger.selected = found
		.filter(hasId)
		.filter(({id}) => inputs.ids.has(id))
		.sort(compareOldestFirst)
	ledger.kept = []
	log.plan(ledger, context.calendar)
	assertListed(context, 'backup-ids', inputs.ids, inputs.ignoreNotFound)
	assertMayDelete(context, key, inputs.maxDeletions)
	await deleteEach(context)
}

// src/operations/delete-history.ts

const LOOK_AGAIN_MS = 2_000
async function deleteHistory(context, inputs) {
	const {portal, ledger, log, calendar} = context
	if (!inputs.verify) {
		const word = await portal.deleteHistory(() => ledger.sent([]))
		if (word.said !== 'done') throw word.failure
		return
	}
	const {found, key} = await listFirst(context)
	ledger.selected = found.filter(hasId).sort(compareOldestFirst)
	ledger.kept = []
	log.plan(ledger, calendar)
	const nameless = countWithoutId(found)
	if (nameless > 0) {
		log.warning(say`${count(nameless, 'record')} of the history without a readable id will be deleted too, but ${verb('is', nameless)} not counted.`)
	}
	assertMayDelete(context, key, inputs.maxDeletions, found.length)
	const word = await deleteAll(context, found.length, inputs.retries)
	if (!ledger.hasSent) return
	const problems = []
	if (word.said === 'done') await closing_close(context, () => true)
	else problems.push(word.failure.message, ...(await listForReport(context)))
	const left = countLeft(ledger)
	const isGone = ledger.closing.kind === 'trusted' && left === 0 && found.length > 0
	if (word.said === 'nothing') warnOfSilence(context)
	if (word.said === 'nothing' && isGone) return
	if (left > 0) {
		const names = ledger.withFate('listed').map(nameOf)
		problems.push(say`${thousands(left)} of ${count(found.length, 'backup')} ${verb('is', left)} still listed${names.length > 0 ? say`: ${someOf(names)}` : ''}.${word.said === 'done' ? ' The portal reported success; see its log.' : ''}`)
	}
	if (problems.length > 0) throw new Failure(join(problems, ' '))
}
async function deleteAll(context, total, retries) {
	const {portal, ledger, log, deadline} = context
	const ids = (ledger.selected ?? []).map(({id}) => id)
	let mayGoOn = false
	let left = Number.POSITIVE_INFINITY
	for (let retry = 1; ; retry++) {
		const hadSent = ledger.hasSent
		let word
		try {
			word = await portal.deleteHistory(() => ledger.sent(ids), 0)
		} catch (error) {
			if (hadSent && !(error instanceof MustWait)) await listForReport(context)
			throw error
		}
		if (word.said !== 'nothing') return word
		mayGoOn ||= word.mayGoOn
		if (mayGoOn && total > 0) {
			const hasTime = await awaitEnd(context, word.mayGoOn ? Number.POSITIVE_INFINITY : left)
			left = countLeft(ledger)
			if (left === 0 || !hasTime) return word
		}
		const {failure} = word
		const wait = waitBeforeRetry(retry, failure instanceof BadAnswer ? failure.wait : undefined)
		const mayPass = !(failure instanceof NoAnswer) || failure.mayPass
		if (retry > retries || !mayPass || wait >= deadline.left()) return word
		const what = failure instanceof BadAnswer ? say`HTTP ${failure.status}.` : failure.message
		log.note(say`${what} The DELETE is sent again in ${seconds(wait)}.`)
		if (!(await deadline.sleep(wait))) return word
	}
}
async function awaitEnd(context, before) {
	const {ledger, log, clock, deadline} = context
	for (;;) {
		const start = clock.now()
		await listAgain(context)
		const left = countLeft(ledger)
		if (left === 0 || left >= before) return true
		before = left
		log.info(say`The portal may still be deleting: ${count(left, 'backup')} left.`)
		if (!(await deadline.sleep(Math.max(LOOK_AGAIN_MS, clock.now() - start)))) return false
	}
}
function countLeft(ledger) {
	const {closing} = ledger
	const nameless = closing.kind === 'trusted' ? countWithoutId(closing.listing) : 0
	return ledger.withFate('listed').length + nameless
}
async function listForReport(context) {
	const {ledger} = context
	if (ledger.closing.kind !== 'none') return []
	try {
		await listAgain(context)
	} catch (error) {
		if (!(error instanceof Failure)) throw error
		if (ledger.closing.kind !== 'none') return [error.message]
	}
	return []
}

// src/operations/delete-schedule.ts

async function deleteSchedule(context, {verify}) {
	const {portal, ledger, log} = context
	ledger.selected = []
	ledger.kept = []
	if (verify) {
		const {found, key} = await lookFirst(context, () => portal.schedule())
		ledger.schedule = found ?? 'none'
		if (found) log.info(say`The schedule: ${found.description}.`)
		assertKeyMayDelete(context, key)
		if (!found) return
	}
	log.info(say`Existing backups stay. Once the schedule is gone, the portal no longer removes old scheduled copies.`)
	const word = await portal.deleteSchedule(() => ledger.sent([]))
	if (word.said === 'no' || (word.said === 'nothing' && !verify)) throw word.failure
	if (!verify || !ledger.hasSent) return
	if (await isStillThere(context, word.said === 'done' || word.mayGoOn)) {
		throw word.said === 'nothing' ? word.failure : new Failure(say`The portal reported success, but the schedule is still there; see its log.`)
	}
}
async function isStillThere(context, mayLag) {
	const {portal} = context
	let schedule = await portal.schedule()
	await lookAgain(
		context,
		() => mayLag && schedule !== undefined,
		async () => {
			schedule = await portal.schedule()
		}
	)
	return schedule !== undefined
}

// src/retention/set-aside.ts

function setAside(history, {storageTypes, now}) {
	const backups = []
	const ignored = []
	for (const record of history) {
		const leave = (reason, isWrong) => ignored.push({record, reason, isWrong})
		if (record.kind === 'unreadable') leave(record.problem, true)
		else if (record.expiresOn !== undefined) leave(say`temporary: the portal removes it`, false)
		else if (storageTypes && !storageTypes.has(record.storageType)) leave(say`not of the storage-types`, false)
		else if (record.createdOn > now + DAY_MS) leave(say`dated ${UTC.format(record.createdOn)} UTC, more than a day ahead of this machine's clock`, true)
		else backups.push(record)
	}
	return {backups, ignored}
}

// src/operations/prune-history.ts

const MOST_COPIES = 30
async function pruneHistory(context, inputs) {
	const {ledger, log, calendar, clock} = context
	const now = clock.date()
	const {found, key} = await listFirst(context)
	const {backups, ignored} = setAside(found, {storageTypes: inputs.storageTypes, now})
	ledger.ignored = ignored
	warnOfWrong(context, ignored)
	const plan = planRetention(backups, inputs.policy, {pinned: inputs.pinned, calendar, now})
	ledger.selected = plan.selected
	ledger.kept = plan.kept
	log.plan(ledger, calendar)
	assertListed(context, 'keep-ids', inputs.pinned, inputs.ignoreNotFound)
	warnOfTemporaryPins(context, inputs.pinned)
	if (inputs.requireBackupWithin) assertFresh(context, backups, inputs.requireBackupWithin, now)
	if (context.dryRun) await warnOfFewCopies(context, inputs.policy)
	assertMayDelete(context, key, inputs.maxDeletions)
	await deleteEach(context, inputs.pinned)
}
function warnOfWrong({log}, ignored) {
	const wrong = ignored.filter(({isWrong}) => isWrong)
	if (wrong.length === 0) return
	const named = wrong.map(({record: {id, name}, reason}) => say`${id ?? name} (${reason})`)
	log.warning(say`${count(wrong.length, 'record')} of the history left alone: ${someOf(named)}.`)
}
function warnOfTemporaryPins({ledger, log}, pinned) {
	const temporary = (ledger.first ?? []).filter(({id, expiresOn}) => id && pinned.has(id) && expiresOn !== undefined)
	if (temporary.length === 0) return
	const named = someOf(temporary.map(({id, name}) => say`${id ?? name}`))
	log.warning(say`keep-ids cannot keep temporary backups, which the portal removes itself: ${named}.`)
}
function assertFresh({calendar}, backups, within, now) {
	const span = formatDuration(within)
	if (backups.length === 0) {
		throw new Refusal(say`There is no backup that the rules look at, and require-backup-within is ${span}. Nothing was deleted. Are backups still made?`, say`there is no backup`)
	}
	const newest = backups.reduce((a, b) => (a.createdOn > b.createdOn ? a : b))
	if (newest.createdOn < calendar.subtract(now, within)) {
		throw new Refusal(say`The newest backup is of ${calendar.format(newest.createdOn)} (${calendar.name}), older than require-backup-within allows (${span}). Nothing was deleted. Are backups still made?`, say`the newest backup is older than ${span}`)
	}
}
async function warnOfFewCopies({portal, log}, policy) {
	const copies = (await portal.scheduleIfKnown())?.copies
	const most = largestCount(policy)
	if (copies === undefined || copies >= most) return
	log.warning(say`The portal's own schedule keeps ${copies} scheduled copies, and a rule asks for ${most === UNLIMITED ? 'all' : most}, so the portal will already have removed older ones.${copies < MOST_COPIES ? say` Its schedule can keep up to ${MOST_COPIES}.` : ''} It never removes backups that were made by hand.`)
}

// src/portal/rate-limit.ts

const STEP_MS = 1_000
const rate_limit_LONGEST_WAIT_MS = 48_000
const SHORTEST_WAIT_MS = 200
const LIMITS_AT_ONCE = [15, 50]
const ANSWERS_BEFORE_RISE = 50
class RateLimit {
	deadline
	clock
	note
	atOnce = MOST_AT_ONCE
	underWay = 0
	pausedUntil = 0
	pauses = 0
	refusals = 0
	answers = 0
	waiting = []
	constructor(deadline, clock, note) {
		this.deadline = deadline
		this.clock = clock
		this.note = note
	}
	async enter(stopped, longestMs = Number.POSITIVE_INFINITY) {
		for (;;) {
			const pause = this.pausedUntil - this.clock.now()
			if (pause > 0) {
				if (pause >= longestMs || !(await this.deadline.sleep(pause, stopped))) return undefined
			} else if (this.underWay >= this.atOnce) {
				await new Promise(resolve => this.waiting.push(resolve))
			} else break
			if (stopped?.aborted) return undefined
		}
		this.underWay++
		return this.pauses
	}
	wake() {
		for (const resolve of this.waiting.splice(0)) resolve()
	}
	leave(ticket, answer) {
		this.underWay--
		try {
			if (answer?.status === 429) {
				this.refuse(ticket, answer)
				return true
			}
			if (answer) this.accept(ticket)
			return false
		} finally {
			this.wake()
		}
	}
	accept(ticket) {
		if (ticket === this.pauses) this.refusals = 0
		if (++this.answers < ANSWERS_BEFORE_RISE || this.atOnce === MOST_AT_ONCE) return
		this.answers = 0
		this.atOnce++
	}
	refuse(ticket, {where, wait, rateLimit}) {
		this.answers = 0
		this.atOnce = Math.max(1, this.atOnce - 1)
		if (ticket !== this.pauses) return
		const left = this.deadline.left()
		if ((wait ?? SHORTEST_WAIT_MS) >= left) {
			const why = wait === undefined ? say`There is no time left to wait` : say`It asks to wait ${wholeSeconds(wait)}, for which timeout-seconds leaves no room`
			throw new MustWait(say`HTTP 429 from ${where}: the rate limit of the portal is reached. ${why}. Run again later.`)
		}
		const pause = wait ?? this.growingWait(rateLimit, left)
		this.pauses++
		this.pausedUntil = this.clock.now() + pause
		this.note(say`${where}: HTTP 429, the rate limit of the portal is reached. All requests wait ${seconds(pause)}.`)
	}
	growingWait(rateLimit, left) {
		const isAtOnce = rateLimit !== undefined && LIMITS_AT_ONCE.includes(rateLimit)
		if (!isAtOnce) this.refusals++
		const steps = isAtOnce ? 1 : this.refusals
		const wait = withJitter(Math.min(rate_limit_LONGEST_WAIT_MS, STEP_MS * steps))
		return wait < left ? wait : left / 2
	}
}

// src/portal/client.ts

const MOST_BYTES = 1024 * 1024
class Client {
	settings
	deadline
	note
	http
	rateLimit
	constructor(settings, deadline, clock, note) {
		this.settings = settings
		this.deadline = deadline
		this.note = note
		this.http = new Http(settings, deadline, clock)
		this.rateLimit = new RateLimit(deadline, clock, note)
	}
	get hasAnswer() {
		return this.http.hasAnswer
	}
	get lastDeleteStatus() {
		return this.http.lastDeleteStatus
	}
	async send(request) {
		const {retries = this.settings.retries, stopped} = request
		let result = await this.attempt(request, retries === 0)
		let mayGoOn = isOpen(result)
		for (let retry = 1; result && retry <= retries && mayPass(result); retry++) {
			const wait = waitBeforeRetry(retry, result instanceof NoAnswer ? undefined : result.wait)
			if (wait >= (request.isOfOneBackup ? this.deadline.leftForDeletions() : this.deadline.left())) break
			const what = result instanceof NoAnswer ? result.message : say`${result.where}: HTTP ${result.status}.`
			this.note(say`${what} Attempt ${retry} of ${retries + 1}; the next in ${seconds(wait)}.`)
			if (!(await this.deadline.sleep(wait, stopped))) break
			const next = await this.attempt(request, retry === retries)
			if (!next) break
			result = next
			mayGoOn ||= isOpen(result)
		}
		if (!result) {
			this.deadline.assertOpen()
			throw new NotSent(say`There is no time left for another request. Raise timeout-seconds.`)
		}
		if (result instanceof NoAnswer) throw new NoAnswer(result.message, result.mayPass, mayGoOn)
		return {...result, mayGoOn}
	}
	async attempt(request, isLast) {
		const {method, path, mostBytes = MOST_BYTES, isOfOneBackup = false, onSend, stopped} = request
		const where = say`${method} ${path} on ${this.settings.host}`
		let refusal
		for (;;) {
			const longestPauseMs = isOfOneBackup ? this.deadline.leftForDeletions() : undefined
			const ticket = await this.rateLimit.enter(stopped, longestPauseMs)
			if (ticket === undefined) return refusal
			if (!this.mayGo(request)) {
				this.rateLimit.leave(ticket, undefined)
				return refusal
			}
			onSend?.()
			const limitMs = this.limitOf(request, isLast)
			let answer
			let result
			let isRefused
			try {
				result = await this.http.attempt({method, path, where, mostBytes, limitMs, isOfOneBackup})
				answer = result instanceof NoAnswer ? undefined : result
			} finally {
				isRefused = this.rateLimit.leave(ticket, answer)
			}
			if (isRefused) refusal = answer
			else {
				if (isOfOneBackup && answer) this.deadline.rememberDeletion(answer.took)
				return result
			}
		}
	}
	mayGo({isOfOneBackup, stopped}) {
		if (this.deadline.stop.aborted || stopped?.aborted || this.deadline.left() === 0) return false
		return !isOfOneBackup || this.deadline.hasTimeForDeletion()
	}
	limitOf({method, isOfOneBackup, longestMs, leastMs = 0}, isLast) {
		if (isOfOneBackup) return this.deadline.deletionLimit()
		const left = this.deadline.left()
		const share = method === 'GET' && isLast ? 0.9 : 0.5
		const limit = Math.max(left * share, Math.min(left * 0.9, leastMs))
		return longestMs === undefined ? limit : Math.min(limit, longestMs)
	}
}
function isOpen(result) {
	if (result === undefined || result instanceof NoAnswer) return result?.mayGoOn ?? false
	return result.flaw !== undefined || isOpenStatus(result.status)
}
function mayPass(result) {
	return result instanceof NoAnswer ? result.mayPass : isGatewayStatus(result.status)
}

// src/portal/envelope.ts

function readResponse(answer, asked) {
	const {where} = answer
	if (answer.status !== 200) throw explainStatus(answer, asked)
	if (answer.flaw) throw contrary(where, answer.flaw)
	if (countParts(answer.body) > MOST_PARTS) {
		throw contrary(where, say`the answer has more than ${MOST_PARTS} parts.`)
	}
	const envelope = parseJson(answer.body)
	if (typeof envelope !== 'object' || envelope === null) throw contrary(where, explainNoJson(answer))
	const contradiction = findContradiction(envelope)
	if (contradiction) {
		throw contrary(where, say`the answer does not report success: ${contradiction}. See the portal's log.`)
	}
	return property(envelope, 'response')
}
function contrary(where, why) {
	return new BadAnswer(say`HTTP 200 from ${where}, but ${why}`, 200, 'backup')
}
function unexpected(where, expected) {
	return contrary(where, say`its "response" is not ${expected}. Check the portal's version and log.`)
}
function findContradiction(envelope) {
	if (property(envelope, 'status') !== 0) return say`"status" is not 0`
	const response = property(envelope, 'response') ?? undefined
	const statusCode = property(envelope, 'statusCode') ?? (response === undefined ? undefined : 200)
	if (statusCode !== 200) return say`"statusCode" is not 200`
	if ((property(envelope, 'error') ?? null) !== null) return say`it has an "error"`
	const count = property(envelope, 'count') ?? undefined
	if (Array.isArray(response) && count !== undefined && count !== response.length) {
		return say`"count" is not the length of the list`
	}
	return undefined
}
function explainNoJson({body, contentType}) {
	if (body === '') return say`the answer is empty. Nothing is proven by it.`
	if (contentType.includes('html') || /^\s*</.test(body)) {
		return say`the answer is a web page: there is no DocSpace API at this URL. Check portal-url.`
	}
	return say`the answer is not JSON. Check portal-url, and any proxy in between.`
}
function explainStatus(answer, asked) {
	const {status, where} = answer
	const {verdict, advice} = meaningOf(status, formOf(answer), asked, answer.redirect)
	const wait = answer.wait === undefined ? say`` : say` It asks to wait ${wholeSeconds(answer.wait)}, for which ${status === 429 ? '' : 'retries or '}timeout-seconds left no room.`
	return new BadAnswer(say`HTTP ${status} from ${where}: ${advice}${wait}`, status, verdict, answer.wait)
}
function formOf(answer) {
	const {status, body, contentType} = answer
	if (answer.flaw) return 'unreadable'
	if (body === '') return 'empty'
	const json = parseJson(body)
	if (isOwnError(json, status)) {
		return status === 403 && messageOf(json) === 'Access denied' ? 'denied' : 'error'
	}
	const hasTitle = [json, property(json, 'response')].some(part => property(part, 'title') !== undefined)
	return contentType.startsWith('application/problem+json') || hasTitle ? 'problem' : 'other'
}
function isOwnError(json, status) {
	return typeof messageOf(json) === 'string' && property(json, 'status') === 1 && property(json, 'statusCode') === status
}
function messageOf(json) {
	return property(property(json, 'error'), 'message')
}
const MOST_PARTS = 400_000
function countParts(body) {
	let parts = 0
	for (let at = 0; at < body.length; at++) {
		const sign = body.charCodeAt(at)
		if (sign === OPENING_BRACE || sign === OPENING_BRACKET) parts++
	}
	return parts
}
const OPENING_BRACE = 0x7b
const OPENING_BRACKET = 0x5b
function parseJson(body) {
	try {
		return JSON.parse(body.replace(/^\uFEFF/, ''))
	} catch {
		return undefined
	}
}

// src/portal/key.ts

function parseKey(response) {
	const permissions = property(response, 'permissions')
	const expiresOn = parseTime(property(response, 'expiresAt'))
	return {mayOnlyRead: Array.isArray(permissions) && permissions.length > 0 && permissions.every(entry => typeof entry === 'string' && entry.endsWith(':read')), expiresOn: typeof expiresOn === 'number' ? expiresOn : undefined}
}

// src/portal/schedule.ts

const schedule_PERIODS = ['daily', 'weekly', 'monthly']
function parseSchedule(response) {
	const cron = property(response, 'cronParams')
	const [day, hour] = [wholeNumber(property(cron, 'day')), wholeNumber(property(cron, 'hour'))]
	const period = schedule_PERIODS[wholeNumber(property(cron, 'period')) ?? -1] ?? '?'
	const copies = wholeNumber(property(response, 'backupsStored'))
	const storage = parseStorageType(property(response, 'storageType')) ?? '?'
	const on = period === 'daily' ? say`` : say` day ${day ?? '?'} (as the API counts),`
	const at = say`at ${hour ?? '?'}:00 in the portal's time zone`
	return {description: say`${period},${on} ${at}, keeping ${copies ?? '?'} copies, in ${storage}`, copies}
}
function wholeNumber(value) {
	return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

// src/portal/portal.ts

const MOST_HISTORY_BYTES = 8 * 1024 * 1024
const MOST_RECORDS = 200_000
const LONGEST_HINT_MS = 5_000
function connectPortal(client, deadline, {dump, isApiKey, redact}) {
	const schedulePath = dump === undefined ? '' : `?Dump=${dump}`
	const historyPath = `?Dump=${dump ?? false}`
	async function call(request) {
		const {method, isOfOneBackup = false} = request
		const asked = {method, isOfOneBackup, isFirst: !client.hasAnswer}
		const answer = await client.send(request)
		return {...answer, read: () => readResponse(answer, asked)}
	}
	async function hint(ask) {
		try {
			return await deadline.limit(LONGEST_HINT_MS, stopped => ask({retries: 0, longestMs: LONGEST_HINT_MS, stopped}))
		} catch (error) {
			if (error instanceof Failure) return undefined
			throw error
		}
	}
	async function schedule(options) {
		const path = `/api/2.0/backup/getbackupschedule${schedulePath}`
		const {read, where} = await call({method: 'GET', path, ...options})
		const response = read()
		if (response === undefined || response === null) return undefined
		if (typeof response !== 'object' || Array.isArray(response)) throw unexpected(where, 'a schedule')
		return parseSchedule(response)
	}
	async function key(options) {
		const {read} = await call({method: 'GET', path: '/api/2.0/keys/@self', ...options})
		return parseKey(read())
	}
	async function remove(request) {
		let mayGoOn = false
		try {
			const answer = await call({method: 'DELETE', ...request})
			mayGoOn = answer.mayGoOn
			if (answer.read() !== true) throw unexpected(answer.where, 'true')
			return {said: 'done', reported: true}
		} catch (error) {
			return wordOf(error, mayGoOn, request.isOfOneBackup ?? false)
		}
	}
	return {
		schedule: () => schedule(),
		scheduleIfKnown: () => hint(schedule),
		key: async () => (isApiKey ? hint(key) : undefined),
		async history() {
			const path = `/api/2.0/backup/getbackuphistory${historyPath}`
			const {read, where, took} = await call({method: 'GET', path, mostBytes: MOST_HISTORY_BYTES, leastMs: deadline.listingMs})
			const response = read()
			if (!Array.isArray(response)) throw unexpected(where, 'a list')
			if (response.length > MOST_RECORDS) {
				throw contrary(where, say`the list has more than ${MOST_RECORDS} records, as no portal's has. Check portal-url, and any proxy in between.`)
			}
			deadline.rememberListing(took)
			return parseHistory(response, redact)
		},
		deleteSchedule: onSend => remove({path: `/api/2.0/backup/deletebackupschedule${schedulePath}`, onSend}),
		deleteHistory: (onSend, retries) => remove({path: `/api/2.0/backup/deletebackuphistory${historyPath}`, onSend, retries}),
		deleteBackup: (id, onSend, stopped, retries) => remove({path: `/api/2.0/backup/deletebackup/${id}`, isOfOneBackup: true, onSend, stopped, retries})
	}
}
function wordOf(failure, mayGoOn, isOfOneBackup) {
	if (failure instanceof NoAnswer && (failure.mayPass || failure.mayGoOn)) {
		return {said: 'nothing', failure, mayGoOn: failure.mayGoOn}
	}
	if (!(failure instanceof BadAnswer)) throw failure
	switch (failure.verdict) {
		case 'gateway':
		case 'gateway-open':
			return {said: 'nothing', failure, mayGoOn}
		case 'nothing-left':
			return isOfOneBackup ? {said: 'done', reported: false} : {said: 'no', failure, tryAgain: false, mayGoOn}
		case 'file':
		case 'backup':
			return {said: 'no', failure, tryAgain: isOfOneBackup && failure.verdict === 'file', mayGoOn}
		case 'all':
			throw failure
	}
}
function rehearse(portal) {
	const {schedule, history, key, scheduleIfKnown} = portal
	const done = async () => ({said: 'done', reported: false})
	return {schedule, history, key, scheduleIfKnown, deleteSchedule: done, deleteHistory: done, deleteBackup: done}
}

// src/report/headline.ts

function stateOf({isCancelled, problem, dryRun}) {
	if (isCancelled) return {icon: '⏹️', word: say`Cancelled`}
	if (problem instanceof Refusal) return {icon: '🚫', word: say`Refused`}
	if (problem) return {icon: '❌', word: say`Failed`}
	if (dryRun) return {icon: '🔍', word: say`Dry run`}
	return {icon: '✅', word: say`Done`}
}
function headline(run) {
	return say`${stateOf(run).word}: ${whatHappened(run)}`
}
function whatHappened(run) {
	const {problem, ledger, operation} = run
	if (problem && !ledger.hasSent) {
		return problem instanceof Refusal && problem.brief ? say`nothing was deleted; ${problem.brief}` : say`nothing was deleted`
	}
	return operation === 'delete-schedule' ? scheduleHeadline(run) : backupsHeadline(run)
}
function scheduleHeadline({ledger, dryRun, problem}) {
	if (problem) return say`it is not proven that the backup schedule is gone`
	if (ledger.schedule === 'unlooked') return say`the portal reports that the backup schedule is deleted`
	if (ledger.schedule === 'none') return say`there was no backup schedule`
	return dryRun ? say`the backup schedule would be deleted` : say`the backup schedule is deleted`
}
function backupsHeadline({operation, ledger, problem}) {
	const {first, selected, deleted, closing, hasSent} = ledger
	if (selected === undefined || deleted === undefined) {
		return problem ? say`it is not known what was deleted` : say`the portal reports that the history is deleted`
	}
	const total = count(selected.length, 'backup')
	const nameless = operation === 'delete-history' ? (first?.length ?? 0) - selected.length : 0
	const rest = keptPart(ledger) ?? (nameless > 0 ? say`; ${count(nameless, 'record')} without a readable id not counted` : say``)
	if (selected.length === 0 && nameless === 0 && !problem) {
		const none = operation === 'delete-backups' ? say`0 backups deleted, ` : say``
		return say`${none}there was nothing to delete${rest}`
	}
	if (!hasSent) return say`${total} would be deleted${rest}`
	const what = say`${thousands(deleted.length)} of ${total} deleted`
	if (!problem || closing.kind === 'trusted') return say`${what}${rest}`
	if (deleted.length > 0) return say`${what}, as the portal reported, not checked${rest}`
	return say`it is not known what was deleted${rest}`
}
function keptPart(ledger) {
	const {kept = [], missing} = ledger
	if (kept.length === 0) return undefined
	const gone = kept.filter(({backup}) => missing.has(backup.id)).length
	const but = gone > 0 ? say`, of which ${thousands(gone)} ${verb('is', gone)} gone` : say``
	return say`, ${thousands(kept.length)} ${ledger.knowsWhatStays && gone === 0 ? 'kept' : 'to keep'}${but}`
}

// src/report/show.ts

function show(record, calendar) {
	return {time: record.kind === 'backup' ? calendar.format(record.createdOn) : say`(not readable)`, storage: say`${record.storageType ?? '-'}`}
}
function byStorage({kept = [], selected = []}) {
	const types = [...STORAGE_TYPES, undefined]
	return types.map(type => ({storage: say`${type ?? 'unknown storage'}`, kept: kept.filter(({backup}) => backup.storageType === type), selected: selected.filter(({storageType}) => storageType === type)})).filter(group => group.kept.length + group.selected.length > 0)
}

// src/report/timeline.ts

const MOST_MONTHS = 36
const LEGEND = [
	['●', say`● keep`],
	['○', say`○ delete`],
	['◐', say`◐ both`],
	['×', say`× not proven gone`],
	['–', say`– not tried`],
	['!', say`! gone, not by this run`]
]
const DAYS = '1   5    10   15   20   25   30'
function drawTimeline({kept, selected}, fateOf, calendar, missing = new Set()) {
	const months = new Map()
	const used = new Set()
	function add(createdOn, mark) {
		const {month, day} = calendar.dayOf(createdOn)
		const days = months.get(month) ?? new Map()
		months.set(month, days.set(day, merge(days.get(day), mark)))
	}
	for (const {backup} of kept) add(backup.createdOn, missing.has(backup.id) ? '!' : '●')
	for (const record of selected) {
		if (record.kind === 'backup') add(record.createdOn, markOf(fateOf(record)))
	}
	if (months.size === 0) return []
	const newestFirst = [...months].sort(([a], [b]) => (a < b ? 1 : -1))
	const lines = newestFirst.slice(0, MOST_MONTHS).map(([month, days]) => {
		for (const mark of days.values()) used.add(mark)
		return say`${month}  ${row(days)}`
	})
	const older = newestFirst.length - lines.length
	if (older > 0) lines.push(say`… and ${count(older, 'earlier month')}`)
	const legend = LEGEND.filter(([mark]) => used.has(mark)).map(([, meaning]) => meaning)
	const isShort = calendar.name.length < 'YYYY-MM'.length
	const zone = isShort ? [] : [say`${calendar.name}`]
	return [...zone, say`${isShort ? padded(calendar.name) : padded(say``)}  ${DAYS}`, ...lines, say``, join(legend, '  ')]
}
function markOf(fate) {
	if (fate === 'not sent') return '–'
	return fate === 'planned' || fate === 'deleted' || fate === 'reported' ? '○' : '×'
}
function row(days) {
	return join(
		Array.from({length: 31}, (_, index) => days.get(index + 1) ?? '·'),
		''
	)
}
function padded(name) {
	return name.length < 'YYYY-MM'.length ? padded(say`${name} `) : name
}
function merge(before, mark) {
	if (before === undefined || before === mark) return mark
	return ['!', '×', '–'].find(bad => bad === before || bad === mark) ?? '◐'
}

// src/report/log.ts

const MOST_LINES = 200
const MOST_NOTES = 20
const PROGRESS_EVERY_MS = 5_000
class Log {
	redact
	clock
	warnings = []
	notes = 0
	lastProgress
	constructor(redact, clock) {
		this.redact = redact
		this.clock = clock
		this.lastProgress = clock.now()
	}
	info(line) {
		print(this.redact(line))
	}
	warning(line) {
		this.warnings.push(line)
		annotate('warning', this.redact(line))
	}
	error(line) {
		annotate('error', this.redact(line))
	}
	debug(line) {
		if (process.env['RUNNER_DEBUG'] !== '1') return
		annotate('debug', this.redact(line))
	}
	note(line) {
		this.notes++
		if (this.notes < MOST_NOTES) this.info(line)
		else if (this.notes === MOST_NOTES) this.info(say`${line} More of the kind with RUNNER_DEBUG=1.`)
		else this.debug(line)
	}
	progress(line) {
		if (this.clock.now() - this.lastProgress < PROGRESS_EVERY_MS) return
		this.lastProgress = this.clock.now()
		this.info(line())
	}
	plan(ledger, calendar) {
		const groups = byStorage(ledger)
		for (const group of groups) {
			const where = groups.length > 1 ? say` in ${group.storage}` : say``
			const kept = group.kept.map(({backup, reasons}) => say`${describe(backup, calendar)}  ${join(reasons)}`)
			const selected = group.selected.map(record => describe(record, calendar))
			this.group(
				say`Timeline${where}`,
				drawTimeline(group, () => 'planned', calendar)
			)
			this.group(say`Kept${where}: ${count(kept.length, 'backup')}`, kept)
			this.group(say`Selected${where}: ${count(selected.length, 'backup')}`, selected)
		}
		const ignored = ledger.ignored.map(({record, reason}) => say`${describe(record, calendar)}  ${reason}`)
		this.group(say`Left alone: ${count(ignored.length, 'record')}`, ignored)
	}
	group(title, lines) {
		if (lines.length === 0) return
		const shown = lines.slice(0, MOST_LINES)
		if (lines.length > MOST_LINES) shown.push(say`… and ${thousands(lines.length - MOST_LINES)} more`)
		printGroup(title, this.redact(shown.join('\n')))
	}
}
function describe(record, calendar) {
	const {time, storage} = show(record, calendar)
	return say`${time}  ${record.id ?? '-'}  ${storage}  ${record.name}`
}

// src/report/outputs.ts

function assertWritable() {
	const file = process.env['GITHUB_OUTPUT']
	if (!file) return
	try {
		appendToFile(file, '')
	} catch {
		throw new Refusal(say`The outputs cannot be written to GITHUB_OUTPUT. Nothing was deleted. Is its disk full, or its file read-only?`, say`the outputs cannot be written`)
	}
}
function writeOutputs({ledger, dryRun, problem, lastDeleteStatus}) {
	const file = process.env['GITHUB_OUTPUT']
	if (!file) return
	const lists = {selected: ledger.selected, deleted: ledger.deleted, failed: ledger.failed, kept: ledger.kept?.map(({backup}) => backup)}
	const outputs = [['status-code', String(lastDeleteStatus() ?? '')]]
	for (const [name, records] of Object.entries(lists)) {
		outputs.push([`${name}-count`, String(records?.length ?? '')], [`${name}-ids`, jsonOf(records ?? [])])
	}
	outputs.push(['result', dryRun ? '' : String(problem === undefined)])
	appendToFile(file, outputs.map(([name, value]) => `${name}<<${END}\n${value}\n${END}\n`).join(''))
}
const END = 'end-of-output'
function jsonOf(records) {
	return JSON.stringify(records.map(({id}) => id))
}

// src/report/tables.ts

const MOST_ROWS = 250
const tables_MOST_BYTES = 800_000
const MOST_OPEN_ROWS = 20
class Tables {
	calendar
	room = tables_MOST_BYTES
	constructor(calendar) {
		this.calendar = calendar
	}
	render(title, rows, mustOpen = false) {
		if (rows.length === 0) return ''
		const storage = common(rows.map(({record}) => record.storageType ?? '-'))
		const why = common(rows.map(row => row.why ?? ''))
		const withIds = rows.some(row => row.withId)
		const heads = [say`Date (${this.calendar.name})`, ...(why === undefined ? [say`Why`] : []), say`Name${storage === undefined ? ', storage' : ''}${withIds ? ', id' : ''}`]
		const lines = rows.slice(0, MOST_ROWS).map(row => {
			const shown = show(row.record, this.calendar)
			const name = [code(row.record.name), ...(storage === undefined ? [breakable(shown.storage)] : []), ...(row.withId && row.record.id ? [code(say`${row.record.id}`)] : [])]
			const reason = why === undefined ? `<td>${escapeHtml(row.why ?? say``)}</td>` : ''
			return `<tr><td nowrap>${escapeHtml(shown.time)}</td>${reason}<td>${name.join(' ')}</td></tr>`
		})
		const body = this.fill(lines)
		const where = storage === undefined ? say`` : say` in ${storage === '-' ? 'an unknown storage' : storage}`
		const reason = why === undefined || why === '' ? say`` : say` (${why})`
		const cut = body.length < rows.length ? say`, the first ${body.length} here` : say``
		const heading = say`${title}: ${count(rows.length, 'backup')}${where}${reason}${cut}`
		const isOpen = mustOpen || rows.length <= MOST_OPEN_ROWS
		return `<details${isOpen ? ' open' : ''}><summary>${escapeHtml(heading)}</summary>
<table><tr>${heads.map(head => `<th>${breakable(head)}</th>`).join('')}</tr>
${body.join('\n')}
</table></details>`
	}
	fill(lines) {
		const fitting = []
		for (const line of lines) {
			this.room -= Buffer.byteLength(line)
			if (this.room < 0) break
			fitting.push(line)
		}
		return fitting
	}
}
function common(values) {
	const [first] = values
	return values.every(value => value === first) ? first : undefined
}
function code(name) {
	return `<code>${breakable(name)}</code>`
}
function breakable(text) {
	const atSigns = escapeHtml(text).replace(/[-_/.]|\p{Ll}(?=\p{Lu})/gu, '$&<wbr>')
	return atSigns.replace(new RegExp(`[${LETTERS}]{8}`, 'gu'), '$&<wbr>')
}

// src/report/summary.ts

const WHY_NOT = {listed: say`still listed`, 'file may remain': say`its file may remain`, unknown: say`not known`}
function writeSummary(run, redact) {
	const file = process.env['GITHUB_STEP_SUMMARY'] ?? ''
	appendToFile(file, redact(renderSummary(run)))
}
function renderSummary(run) {
	const {ledger, problem, warnings, dryRun} = run
	const tables = new Tables(run.calendar)
	const blocks = [
		`<h3>${stateOf(run).icon} ${escapeHtml(headline(run))}</h3>`,
		paragraph(run.intent),
		problem ? `<blockquote><b>${dryRun ? 'This dry run failed' : 'Error'}:</b> ${escapeHtml(problem.message)}</blockquote>` : '',
		...warnings.map(warning => `<blockquote><b>Warning:</b> ${escapeHtml(warning)}</blockquote>`),
		ledger.schedule === 'none' || ledger.schedule === 'unlooked' ? '' : paragraph(say`The schedule: ${ledger.schedule.description}. `),
		...renderTimelines(run),
		...renderSelected(run, tables),
		...renderKept(run, tables),
		tables.render(
			say`Left alone`,
			ledger.ignored.map(({record, reason}) => ({record, why: reason}))
		)
	]
	return blocks
		.filter(block => block !== '')
		.map(block => `${block}\n\n`)
		.join('')
}
function paragraph(line) {
	return line === '' ? '' : `<p>${escapeHtml(line)}</p>`
}
function renderTimelines({ledger, calendar}) {
	if (!ledger.deleted) return []
	const fateOf = ({id}) => (ledger.hasSent ? ledger.fateOf(id) : 'planned')
	const groups = byStorage(ledger)
	return groups.map(group => {
		const lines = drawTimeline(group, fateOf, calendar, ledger.missing)
		const title = groups.length > 1 ? `${escapeHtml(group.storage)}\n` : ''
		return lines.length === 0 ? '' : `<pre>\n${title}${lines.map(escapeHtml).join('\n')}\n</pre>`
	})
}
function renderSelected({ledger, problem}, tables) {
	const newestFirst = (ledger.selected ?? []).toReversed()
	if (!ledger.hasSent) {
		const rows = newestFirst.map(record => ({record}))
		return [tables.render(say`Would be deleted`, rows, problem !== undefined)]
	}
	const rows = (...fates) => newestFirst.filter(({id}) => fates.includes(ledger.fateOf(id))).map(record => ({record}))
	const notProven = newestFirst.flatMap(record => {
		const why = WHY_NOT[ledger.fateOf(record.id)]
		return why ? {record, why, withId: true} : []
	})
	const isProven = ledger.closing.kind === 'trusted'
	return [tables.render(say`Not proven to be deleted`, notProven), tables.render(isProven ? say`Deleted` : say`Deleted, as the portal reported, not checked`, rows('deleted', 'reported')), tables.render(say`Not tried`, rows('not sent'))]
}
function renderKept({ledger}, tables) {
	const {missing} = ledger
	const groups = byStorage(ledger)
	const rows = (kept, isMissing) => kept.filter(({backup}) => missing.has(backup.id) === isMissing).map(({backup, reasons}) => ({record: backup, why: join(reasons), withId: isMissing}))
	return [...groups.map(({kept}) => tables.render(say`Should have been kept, and is gone`, rows(kept, true))), ...groups.map(({kept}) => tables.render(ledger.knowsWhatStays ? say`Kept` : say`To keep`, rows(kept, false)))]
}

// src/main.ts

const CANCELLED = Symbol('cancelled')
async function main(clock, stop) {
	const secrets = secretsOf(readGivenToken())
	if (process.env['GITHUB_ACTIONS'] === 'true') for (const secret of secrets) mask(secret)
	const redact = redactor(secrets)
	const log = new Log(redact, clock)
	const run = {operation: undefined, intent: say``, dryRun: says('dry-run', 'true'), ledger: new Ledger(), calendar: UTC, warnings: log.warnings, isCancelled: false, problem: undefined, lastDeleteStatus: () => undefined}
	try {
		const inputs = readInputs(redact)
		run.operation = inputs.operation
		run.calendar = inputs.calendar
		run.intent = describeIntent(inputs)
		log.info(run.intent)
		assertWritable()
		await Promise.race([operate(inputs, run, log, redact, clock, stop), overrun(clock, stop)])
	} catch (error) {
		run.problem = explain(error, log, redact)
	}
	if (stop.aborted) {
		run.isCancelled = stop.reason === CANCELLED
		run.problem = run.isCancelled ? explainCancellation(run) : explain(stop.reason, log, redact)
	}
	return report(run, log, redact)
}
async function operate(inputs, run, log, redact, clock, stop) {
	const {token, dump, dryRun, calendar} = inputs
	const deadline = new Deadline(inputs.timeoutSeconds, stop, clock)
	const client = new Client({...inputs, authorization: token.authorization, redact}, deadline, clock, line => log.note(line))
	const portal = connectPortal(client, deadline, {dump, isApiKey: token.isApiKey, redact})
	run.lastDeleteStatus = () => client.lastDeleteStatus
	const context = {portal: dryRun ? rehearse(portal) : portal, ledger: run.ledger, log, deadline, clock, calendar, dryRun}
	switch (inputs.operation) {
		case 'delete-schedule':
			return deleteSchedule(context, inputs)
		case 'delete-history':
			return deleteHistory(context, inputs)
		case 'delete-backups':
			return deleteBackups(context, inputs)
		case 'prune-history':
			return pruneHistory(context, inputs)
	}
}
function overrun(clock, stop) {
	return new Promise(resolve => {
		const start = () => void clock.after(GRACE_MS + 1_000, resolve)
		if (stop.aborted) start()
		else stop.addEventListener('abort', start)
	})
}
function report(run, log, redact) {
	if (!says('summary', 'false')) {
		try {
			writeSummary(run, redact)
		} catch {
			log.warning(say`The job summary could not be written to GITHUB_STEP_SUMMARY.`)
		}
	}
	log.info(say`${headline(run)}.`)
	if (run.problem) log.error(run.problem.message)
	try {
		writeOutputs(run)
	} catch {
		if (!run.problem) log.error(say`The outputs could not be written to GITHUB_OUTPUT. Is the disk full?`)
		return false
	}
	return run.problem === undefined
}
function describeIntent(inputs) {
	const dryRun = inputs.dryRun ? say`Dry run, nothing will be deleted: ` : say``
	const whose = inputs.dump ? say`the server-wide dump backups, not the portal's own` : say`the portal's own backups`
	const policy = inputs.operation === 'prune-history' ? say`; keeping ${formatPolicy(inputs.policy)}` : say``
	const unverified = 'verify' in inputs && !inputs.verify ? say`; unverified` : say``
	return say`${dryRun}${inputs.operation} on ${inputs.host}; ${whose}${policy}${unverified}`
}
function explainCancellation({ledger}) {
	const isOver = !ledger.hasSent || (ledger.closing.kind === 'trusted' && ledger.failed?.length === 0)
	const rest = isOver ? say`` : say` No deletion was started after that; one on its way may have been carried out.`
	return new Failure(say`The run was cancelled.${rest}`)
}
function explain(error, log, redact) {
	if (error instanceof Failure) return error
	const {name, stack = ''} = error instanceof Error ? error : {name: typeof error}
	const frames = stack.split('\n').filter(line => line.startsWith('    at '))
	log.debug(
		join(
			frames.map(frame => quoted(frame.trim(), redact)),
			' '
		)
	)
	return new Failure(say`Unexpected error (${quoted(name, redact)}): a defect in this action. Run again with debug logging, and report it.`)
}

// src/index.ts

process.exitCode = 1
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort(CANCELLED))
for (const event of ['uncaughtException', 'unhandledRejection']) {
	process.on(event, error => stop.abort(error ?? new Error('Nothing was thrown')))
}
process.on('beforeExit', () => stop.abort(new Error('The run came to a standstill')))
main(systemClock, stop.signal).then(
	isGreen => exit(isGreen ? 0 : 1),
	() => exit(1, '::error::Unexpected error: a defect in this action.\n')
)
function exit(code, lastWords = '') {
	process.stdout.write(lastWords, () => process.exit(code))
}

module.exports = __webpack_exports__
