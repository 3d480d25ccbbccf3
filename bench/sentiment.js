/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sentiment.js: what other people's scorers take for the same comments: the npm module `sentiment`
 * with the words of our lexicons as its labels, or `vader-sentiment` (VADER's own port) with the
 * English words it comes with. One score a comment, no topics, no spans. Prints a line of the
 * table; ends with status 3 where the module is not installed.
 *
 *	node sentiment.js sentiment TEXT FOLDER...
 *	node sentiment.js vader-sentiment TEXT
 */
'use strict';
const fs = require('fs');
const path = require('path');

function words(folders) {
	const labels = {};
	for (const folder of folders)
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
	return labels;
}

const engines = {
	'sentiment': (module, folders) => {
		const labels = words(folders);
		const sentiment = new module();
		sentiment.registerLanguage('own', { labels });
		return {
			name: `npm sentiment, ${Object.keys(labels).length} labels, score only`,
			score: (line) => sentiment.analyze(line, { language: 'own' }).score,
		};
	},
	'vader-sentiment': (module) => ({
		name: 'VADER (npm), its English words, score only',
		score: (line) => module.SentimentIntensityAnalyzer.polarity_scores(line).compound,
	}),
};

const [name, file, ...folders] = process.argv.slice(2);
let module_;
try {
	module_ = require(name);
} catch (e) {
	process.exit(3);
}
const engine = engines[name](module_, folders);
const text = fs.readFileSync(file, 'utf8');
const lines = text.split('\n');
lines.pop();
const times = [];
let sum = 0;
for (let round = 0; round < 3; round++) {
	const began = process.cpuUsage();
	for (const line of lines)
		sum += engine.score(line);
	const used = process.cpuUsage(began);
	times.push((used.user + used.system) / 1e6);
}
const s = times.sort((a, b) => a - b)[1];
const figure = `${(Buffer.byteLength(text) / s / 1e6).toFixed(2)} MB/s, ${(lines.length / s / 1e6).toFixed(4)} M/s`;
console.log(engine.name.padEnd(52), figure);
