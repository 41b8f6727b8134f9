// Draws docs/performance.svg, in colours that can be read on white and on black.

import { quantile, ratios } from './measure.mjs';
import { thousands } from './report.mjs';

/** @import { Results } from './report.mjs' */

const [WIDTH, HEIGHT, TOP, BOTTOM] = [900, 330, 50, 290];
const TEXT = '#7d8590';
const BLUE = '#3b82f6';
/** @type {Record<string, string>} */
const COLOURS = {
  'this action': BLUE,
  'bare pool': '#16a34a',
  'xargs -P8 curl': '#d97706',
  'Python session': '#a855f7',
  least: TEXT,
};

/** @param {Results} results */
export function drawPlot(results) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="${TEXT}">
<title>How long one DELETE takes, and how long pruning takes</title>
${drawBars(results)}
${drawCurves(results)}
</svg>
`;
}

/** One DELETE: a bar a program. @param {Results} results */
function drawBars({ wall }) {
  const [left, right] = [150, 400];
  const bars = [...wall].map(([name, times]) => ({ name, ms: quantile(times) }));
  const longest = Math.max(...bars.map(({ ms }) => ms));
  const step = (BOTTOM - TOP) / bars.length;
  const floor = wall.get('bare script') ?? [];
  return [
    text(0, 20, 'One DELETE, whole process (× bare script)', 'font-size="15" font-weight="600"'),
    ...bars.flatMap(({ name, ms }, index) => {
      const y = TOP + index * step;
      const width = ((right - left) * ms) / longest;
      const ratio = quantile(ratios(wall.get(name) ?? [], floor)).toFixed(2);
      const colour = name === 'this action' ? BLUE : TEXT;
      return [
        text(left - 8, y + step / 2 + 4, name, 'text-anchor="end"'),
        `<rect x="${left}" y="${round(y + 4)}" width="${round(width)}" height="${round(step - 8)}" rx="3" fill="${colour}"/>`,
        text(left + width + 6, y + step / 2 + 4, `${ms.toFixed(0)} ms (${ratio})`),
      ];
    }),
  ].join('\n');
}

/** Pruning at 20 ms: both axes logarithmic. @param {Results} results */
function drawCurves({ prunes }) {
  const [left, right, latencyMs] = [580, 870, 20];
  const points = prunes.filter(figures => figures.latencyMs === latencyMs);
  const counts = [...new Set(points.map(({ count }) => count))];
  const x = (/** @type {number} */ count) => left + ((Math.log10(count) - 1) / 3) * (right - left);
  // From 0.01 s to 100 s.
  const y = (/** @type {number} */ seconds) => BOTTOM - ((Math.log10(seconds) + 2) / 4) * (BOTTOM - TOP);
  const least = counts.map(count => ({ name: 'least', count, seconds: (count * latencyMs) / 1000 / 8 }));
  const names = [...new Set(points.map(({ name }) => name)), 'least'];
  return [
    text(left - 50, 20, `Pruning N backups at ${latencyMs} ms, seconds`, 'font-size="15" font-weight="600"'),
    ...[0.01, 0.1, 1, 10, 100].flatMap(seconds => [
      `<path d="M${left} ${round(y(seconds))}H${right}" stroke="${TEXT}" stroke-opacity="0.3"/>`,
      text(left - 8, y(seconds) + 4, String(seconds), 'text-anchor="end"'),
    ]),
    ...counts.map(count => text(x(count), BOTTOM + 20, thousands(count), 'text-anchor="middle"')),
    ...names.flatMap((name, index) => {
      const line = [...points, ...least].filter(point => point.name === name);
      const places = line.map(({ count, seconds }) => `${round(x(count))},${round(y(seconds))}`);
      const style = `stroke="${COLOURS[name]}" stroke-width="2"${name === 'least' ? ' stroke-dasharray="5 4"' : ''}`;
      // The legend stands below the lines, where there is nothing else.
      const [legendX, legendY] = [left + 150, BOTTOM - 80 + index * 20];
      return [
        `<polyline points="${places.join(' ')}" fill="none" ${style}/>`,
        `<path d="M${legendX} ${legendY}h24" ${style}/>`,
        text(legendX + 32, legendY + 4, name === 'least' ? 'N × latency / 8' : name),
      ];
    }),
  ].join('\n');
}

/** @param {number} x @param {number} y @param {string} content */
function text(x, y, content, attributes = '') {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${content}</text>`;
}

/** @param {number} number */
function round(number) {
  return Math.round(number * 10) / 10;
}
