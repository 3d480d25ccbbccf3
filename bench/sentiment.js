/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sentiment.js: the npm module `sentiment` with the words of the same lexicons as its labels: one
 * score a comment, no topics, no spans. Prints its line of the table; ends with status 3 where
 * the module is not installed.
 *
 *	node sentiment.js TEXT FOLDER...
 */
'use strict';
const fs = require('fs');
const path = require('path');

let Sentiment;
try {
	Sentiment = require('sentiment');
} catch (e) {
	process.exit(3);
}

const labels = {};
for (const folder of process.argv.slice(3))
	for (const lang of ['ro', 'pl', 'en']) {
		const file = path.join(folder, lang, 'words.tsv');
		if (!fs.existsSync(file))
			continue;
		for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
			if (!line || line[0] === '#')
				continue;
			const [terms, weight] = line.split('\t');
			for (const term of terms.split(';'))
				labels[term.trim().replace('*', '')] = Number(weight);
		}
	}

const sentiment = new Sentiment();
sentiment.registerLanguage('own', { labels });
const text = fs.readFileSync(process.argv[2], 'utf8');
const lines = text.split('\n');
lines.pop();
const times = [];
let sum = 0;
for (let round = 0; round < 3; round++) {
	const began = process.cpuUsage();
	for (const line of lines)
		sum += sentiment.analyze(line, { language: 'own' }).score;
	const used = process.cpuUsage(began);
	times.push((used.user + used.system) / 1e6);
}
const s = times.sort((a, b) => a - b)[1];
const figure = `${(Buffer.byteLength(text) / s / 1e6).toFixed(1)} MB/s, ${(lines.length / s / 1e6).toFixed(3)} M/s`;
console.log('npm sentiment, ' + String(Object.keys(labels).length + ' labels, score only').padEnd(37), figure);
