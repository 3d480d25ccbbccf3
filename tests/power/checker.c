/* SPDX-License-Identifier: Apache-2.0 */
/* checker.c: see checker.h. */
#include "checker.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/opinia_analyzer.h"
#include "cli/words.h"
#include "store/opinia_store.h"

enum { ROWS = 40, MAP = 16 << 20, LANGS = 16 };

const char *const checker_names[CHECKER_ANSWERS] = { "fine", "corrupt", "lost",
						     "broken" };

static struct opinia_analyzer *analyzer;
static struct sv codes[LANGS];
static uint8_t code_count;

void checker_begin(void)
{
	const struct opinia_language *langs;
	struct err err = ERR_NONE;

	if (opinia_analyzer_open(&analyzer, OPINIA_LEXICON, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(3);
	}
	langs = opinia_analyzer_languages(analyzer, &code_count);
	for (uint8_t i = 0; i < code_count && i < LANGS; i++)
		codes[i] = langs[i].code;
}

void checker_end(void)
{
	words_scratch_drop();
	opinia_analyzer_close(analyzer);
}

static void tell(void *self, const char *what)
{
	(void)self;
	fprintf(stderr, "%s\n", what);
}

/* Each file came whole or not at all, and with its revision. */
static int checker_rows(struct opinia_store *store, uint64_t acked, struct err *err)
{
	struct opinia_snapshot *snap;
	struct opinia_totals totals;
	struct arena arena = { 0 };
	uint64_t rows;
	int rc = opinia_snapshot_open(store, &snap, err);

	if (rc)
		return CHECKER_CORRUPT;
	rc = opinia_snapshot_totals(snap, &arena, &totals, err);
	opinia_snapshot_close(snap);
	arena_release(&arena);
	rows = totals.records[KIND_FEEDBACK];
	if (rc || rows % ROWS || (rows && totals.revisions != rows / ROWS - 1)) {
		fprintf(stderr, "%llu rows, %llu revisions\n", (unsigned long long)rows,
			(unsigned long long)totals.revisions);
		return CHECKER_CORRUPT;
	}
	if (rows < acked * ROWS) {
		fprintf(stderr, "%llu rows of %llu acknowledged\n",
			(unsigned long long)rows, (unsigned long long)(acked * ROWS));
		return CHECKER_LOST;
	}
	return CHECKER_FINE;
}

int checker_run(const char *folder, uint64_t acked)
{
	char dir[PATH_MAX], lock[PATH_MAX + 16];
	struct opinia_store_options opt = {
		.dir = dir,
		.map_start = MAP,
		.map_max = 4 * MAP,
		.taxonomy = opinia_analyzer_taxonomy(analyzer),
		.languages = codes,
		.language_count = code_count,
		.words = words_of(analyzer),
	};
	const struct opinia_upgrade_ear ear = { .tell = tell };
	struct opinia_upgrade upgrade;
	struct opinia_store *store;
	struct opinia_check found;
	struct err err = ERR_NONE;
	int answer;

	snprintf(dir, sizeof(dir), "%s/store", folder);
	snprintf(lock, sizeof(lock), "%s/lock.mdb", dir);
	unlink(lock); /* who held it is gone */
	if (opinia_store_upgrade(&opt, false, &ear, NULL, &upgrade, &err)) {
		fprintf(stderr, "upgrade: %s\n", err.text);
		return CHECKER_CORRUPT;
	}
	if (upgrade.from < acked >> CHECKER_FORMAT) {
		fprintf(stderr, "format %u again\n", (unsigned)upgrade.from);
		return CHECKER_LOST;
	}
	acked &= (UINT64_C(1) << CHECKER_FORMAT) - 1;
	if (opinia_store_open(&store, &opt, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return CHECKER_CORRUPT;
	}
	answer = opinia_store_check(store, tell, NULL, &found, &err)
			 ? CHECKER_CORRUPT
			 : checker_rows(store, acked, &err);
	opinia_store_close(store);
	return answer;
}
