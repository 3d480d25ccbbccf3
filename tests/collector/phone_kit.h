/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone_kit.h: a configured source as a test needs one: what its section says as one text, a
 * folder of its own, and all that it gives out as one text.
 */
#ifndef OPINIA_TESTS_COLLECTOR_PHONE_KIT_H
#define OPINIA_TESTS_COLLECTOR_PHONE_KIT_H

#include "collector/adapter.h"
#include "tests/collector/files.h"

enum { KIT_PAIRS = 16 };

struct kit {
	struct arena arena;
	struct setting_pair pairs[KIT_PAIRS];
	struct setting_source said;
	struct source_settings settings;
	struct import_options options;
	struct collect_env env;
	struct source_config config;
	struct source *source;
	struct buf cursor;
};

/* @said: "path=/x/y;events=CSAT OCENA=csat". @now in ms, or TIME_NONE. */
static inline int kit_open(struct kit *k, const struct adapter *a, const char *said,
			   int64_t now, struct err *err)
{
	struct sv rest = sv_of(said);
	size_t n = 1;
	int rc;

	*k = (struct kit){ .env = { .now = now } };
	k->pairs[0] = (struct setting_pair){ SV("adapter"), sv_of(a->kind), 2 };
	arena_init(&k->arena, 0);
	buf_init(&k->cursor, 0);
	while (rest.n && n < KIT_PAIRS) {
		struct sv value = sv_cut(&rest, ';'), key = sv_cut(&value, '=');

		cr_assert(arena_copy(&k->arena, key, &k->pairs[n].key));
		cr_assert(arena_copy(&k->arena, value, &k->pairs[n].value));
		k->pairs[n].line = (int)n + 2;
		n++;
	}
	k->said = (struct setting_source){ SV("pbx"), 1, k->pairs, n };
	k->settings = (struct source_settings){ .name = "pbx",
						.file = "opinia.conf",
						.line = 1,
						.said = &k->said,
						.rows = a->rows,
						.row_count = a->row_count,
						.arena = &k->arena };
	k->config = (struct source_config){ .settings = &k->settings,
					    .options = &k->options,
					    .env = &k->env };
	rc = source_settings_check(&k->settings, err);
	if (!rc)
		rc = source_import_options(&k->settings, k->env.zone, &k->arena,
					   &k->options, err);
	return rc ? rc : a->open(&k->source, &k->config, err);
}

static inline void kit_close(struct kit *k)
{
	if (k->source)
		k->source->adapter->close(k->source);
	buf_release(&k->cursor);
	arena_release(&k->arena);
}

/* Forget all but the cursor, as a new process does. */
static inline void kit_restart(struct kit *k)
{
	struct err err = ERR_NONE;
	const struct adapter *a = k->source->adapter;

	a->close(k->source);
	k->source = NULL;
	cr_assert_eq(a->open(&k->source, &k->config, &err), 0, "%s", err.text);
}

/* Pull until it is up to date; the number of records, each in a line of @told. */
static inline size_t kit_pull(struct kit *k, struct buf *told)
{
	struct batch b;
	struct err err = ERR_NONE;
	size_t all = 0;
	bool more = true;

	batch_init(&b);
	while (more) {
		batch_reset(&b);
		cr_assert_eq(
			k->source->adapter->pull(k->source, buf_sv(&k->cursor), &b, &err),
			0, "%s", err.text);
		for (size_t i = 0; i < b.count; i++) {
			cr_expect_eq(record_check(&b.records[i], &err), 0, "%s",
				     err.text);
			tell_record(told, &b.records[i]);
		}
		all += b.count;
		more = b.count || b.cursor.n;
		if (b.cursor.n) {
			cr_expect(b.cursor.n <= 64 << 10);
			cr_expect_str_eq(b.source.p, "pbx");
			buf_clear(&k->cursor);
			buf_sv_put(&k->cursor, b.cursor);
		}
	}
	batch_release(&b);
	return all;
}

static inline uint64_t kit_tally(const struct kit *k, const char *what)
{
	for (size_t i = 0; i < k->source->tally_count; i++)
		if (strcmp(k->source->tallies[i].what, what) == 0)
			return k->source->tallies[i].n;
	return 0;
}

#endif
