import { KEY } from './action.js';

/** Texts that a runner, a terminal, HTML or Markdown would interpret. */
export const TRICKS: [name: string, text: string][] = [
  ['a workflow command', '::error::owned'],
  ['a workflow command after a line break', 'x\n::error::owned\r\n::set-output name=result::true'],
  ['a mask', '\n::add-mask::a'],
  ['a workflow command of the old kind', '##[error]owned'],
  ['stopped commands', '\n::stop-commands::x'],
  ['a command in escapes', 'x%0A::error::owned%0D%0A%3A%3Aerror::'],
  ['other line breaks', 'x\u2028::error::a\u2029::error::b\u0085::error::c\v::error::d\f::error::e'],
  ['HTML', '</code></td></tr></table><script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['HTML in entities', '&lt;script&gt;&#60;b&#62;'],
  ['Markdown', '[a](http://evil.example) ![b](http://evil.example/i.png) **c** `d` # e'],
  ['table breaks', 'a | b |\n|---|---|\n| c | d |'],
  ['control characters', 'a\u0000b\u0007c\u001b[31md\u001b]8;;http://evil.example\u0007e\u007ff\u009bg'],
  ['bidi characters', '\u202egpj.exe\u202c \u2066a\u2069 \u200fb\u061c'],
  ['invisible characters', 'a\u200bb\ufeffc\u00add\u2060e\u{e0041}f\u180eg'],
  ['a lone surrogate', 'a\ud800b\udc00c'],
  ['the token', `Bearer ${KEY}`],
  ['the token, cut at the longest name', `${'x'.repeat(60)}${KEY}`],
  ['an output', 'x\nresult=true\nresult<<EOF\ntrue\nEOF'],
  ['a template', '\u0024{{ github.token }} $(id) `id` \u0024{IFS}'],
];
