/* SPDX-License-Identifier: Apache-2.0 */
/* map_files.h: a map from text, bound to a source that says something, for the tests of maps. */
#ifndef OPINIA_TESTS_COLLECTOR_MAP_FILES_H
#define OPINIA_TESTS_COLLECTOR_MAP_FILES_H

#include "collector/map.h"
#include "collector/map_json.h"
#include "tests/collector/files.h"

enum { SAYS_MAX = 24 };

struct bound_map {
	struct arena arena;
	struct setting_pair pairs[SAYS_MAX];
	struct setting_source said;
	struct source_settings settings;
	struct map *map;
	struct map_bound *bound;
	struct err err;
	int rc;
};

/* @says: "key=value" lines of the source. */
static inline void bind_map(struct bound_map *b, struct map *m, const char *says)
{
	struct sv rest = sv_of(says);

	b->map = m;
	b->said = (struct setting_source){ SV("desk"), 1, b->pairs, 0 };
	while (rest.n) {
		struct sv value = sv_cut(&rest, '\n'), key = sv_cut(&value, '=');
		struct setting_pair *p = &b->pairs[b->said.count++];

		cr_assert_lt(b->said.count, (size_t)SAYS_MAX);
		p->line = (int)b->said.count + 1;
		cr_assert(arena_copy(&b->arena, key, &p->key));
		cr_assert(arena_copy(&b->arena, value, &p->value));
	}
	b->pairs[b->said.count++] =
		(struct setting_pair){ SV("adapter"), SV("desk"), 99 };
	b->settings = (struct source_settings){ .name = "desk",
						.file = "opinia.conf",
						.line = 1,
						.said = &b->said,
						.arena = &b->arena };
	b->settings.rows = map_rows(m, &b->settings.row_count);
	b->rc = source_settings_check(&b->settings, &b->err);
	if (!b->rc)
		b->rc = map_bind(&b->bound, m, &b->settings, NULL, &b->arena, &b->err);
}

static inline void begin_map(struct bound_map *b, const char *text, const char *says)
{
	struct place p = place_of("desk.map", sv_of(text));
	const char *const dirs[2] = { NULL, p.dir };
	struct map *m;

	*b = (struct bound_map){ .err = ERR_NONE };
	arena_init(&b->arena, 0);
	cr_assert_eq(map_load(&m, dirs, SV("desk"), &b->arena, &b->err), 0, "%s",
		     b->err.text);
	place_clear(&p);
	bind_map(b, m, says);
}

static inline void end_map(struct bound_map *b)
{
	arena_release(&b->arena);
}

#endif
