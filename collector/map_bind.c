/* SPDX-License-Identifier: Apache-2.0 */
/* map_bind.c: a map joined with what a source says: map.F, scale.F, values.F and attr.K win. */
#include "collector/map_parts.h"

static int override_one(struct map_bound *b, const char *prefix, struct sv rest,
			struct sv value, struct arena *a, struct err *err)
{
	bool map = sv_eq(sv_of(prefix), SV("map."));
	struct sv key = rest;
	int rc = 0, last = 0;
	bool taken = false;

	if (!map) {
		const char *whole = arena_printf(a, "%s" SV_FMT, prefix, SV_ARG(rest));

		if (!whole)
			return err_set(err, ERR_SYSTEM, "out of memory");
		key = sv_of(whole);
	}
	for (size_t i = 0; i < MAP_SECTIONS; i++) {
		if (!b->sections[i].present)
			continue;
		/* feedback's, and whatever else has such a field */
		rc = map_section_take(&b->sections[i], key, value, a, err);
		taken |= rc == 0;
		if (rc && (i % MAP_KINDS == 0 || rc == ERR_SYSTEM))
			last = rc;
	}
	if (taken && !last) {
		*err = ERR_NONE;
		return 0;
	}
	return rc ? rc : last;
}

static int override_all(struct map_bound *b, struct arena *a, struct err *err)
{
	static const char *const prefixes[] = { "map.", "scale.", "values.", "attr." };
	struct err why = ERR_NONE;
	struct sv rest, value;
	int rc = 0;

	for (size_t p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++)
		for (size_t i = 0;
		     source_prefixed(b->settings, prefixes[p], i, &rest, &value); i++) {
			rc = override_one(b, prefixes[p], rest, value, a, &why);
			if (!rc)
				continue;
			if (err)
				*err = why;
			return source_at(
				b->settings,
				arena_printf(a, "%s" SV_FMT, prefixes[p], SV_ARG(rest)),
				err);
		}
	return 0;
}

static int check_url(const struct map_bound *b, struct err *err)
{
	struct sv url;

	for (size_t i = 0; i < b->map->row_count; i++) {
		if (!sv_eq(sv_of(b->map->rows[i].key), SV("url")))
			continue;
		url = sv_of(source_text(b->settings, "url"));
		if (!url.n || sv_starts(url, SV("https://")) ||
		    sv_starts(url, SV("http://")))
			continue;
		err_set(err, ERR_CONFIG, "an address begins with https:// or http://");
		return source_at(b->settings, "url", err);
	}
	return 0;
}

int map_bind(struct map_bound **out, const struct map *m, const struct source_settings *s,
	     const struct zone *zone, struct arena *arena, struct err *err)
{
	struct map_bound *b = arena_zero(arena, 1, sizeof(*b));
	const char *channel = source_text(s, "channel");
	int rc;

	*out = NULL;
	if (!b)
		return err_set(err, ERR_SYSTEM, "out of memory");
	b->map = m;
	b->settings = s;
	b->zone = zone;
	b->source = sv_of(s->name);
	b->language = sv_of(source_text(s, "language"));
	b->channel = CHANNEL_OTHER;
	map_channel(m, &b->channel);
	if (channel)
		channel_find(sv_of(channel), &b->channel);
	if (m->has_cursor) {
		b->start_ms = source_duration_ms(s, "start");
		b->overlap_ms = source_duration_ms(s, "overlap");
	}
	for (size_t i = 0; i < MAP_SECTIONS; i++)
		b->sections[i] = m->sections[i];
	rc = check_url(b, err);
	if (!rc)
		rc = override_all(b, arena, err);
	if (!rc)
		*out = b;
	return rc;
}
