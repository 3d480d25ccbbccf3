/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_groups.c: numbers by up to three dimensions. A recount over all records is what
 * is right; the roll-ups and the bitmaps must both give it to the last record.
 */
#include "tests/store/fleet.h"

static void start(struct fleet *f, size_t records, struct opinia_snapshot **snap)
{
	struct err err = ERR_NONE;

	chance_start("groups");
	fleet_open(f, records);
	cr_assert_eq(opinia_snapshot_open(f->store, snap, &err), 0, "%s", err.text);
}

static void finish(struct fleet *f, struct opinia_snapshot *snap)
{
	opinia_snapshot_close(snap);
	fleet_close(f);
}

Test(groups, roll_ups_and_bitmaps_both_agree_with_a_recount, .timeout = 200)
{
	static const char *const filters[] = {
		"",
		"since:60d",
		"day:last-month channel:phone,chat",
		"-channel:web since:2026-01-07",
		"topic:delivery.time",
		"topic:price.level since:30d channel:email",
		"until:30d since:60d",
		"since:2030-01-01",
		"topic:order",
	};
	static const char *const bys[] = {
		"",
		"day",
		"week",
		"month",
		"weekday",
		"channel",
		"topic",
		"week,channel",
		"channel,month",
		"topic,week",
		"weekday,channel",
		"topic,channel,month",
	};
	struct opinia_snapshot *snap;
	struct fleet f;

	start(&f, 3000, &snap);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		for (size_t k = 0; k < sizeof(bys) / sizeof(bys[0]); k++) {
			uint16_t lone = strstr(filters[i], "topic:d")	? 2
					: strstr(filters[i], "topic:p") ? 3
									: TOPIC_NONE;

			fleet_same_groups(&f, snap, filters[i], bys[k], lone);
		}
	finish(&f, snap);
}

Test(groups, any_filter_by_any_dimensions_agrees_with_a_recount, .timeout = 200)
{
	static const char *const names[] = {
		"day",	 "week",      "month",	      "weekday", "channel",
		"topic", "sentiment", "language",     "agent",	 "team",
		"queue", "source",    "csat",	      "nps",	 "ces",
		"fcr",	 "attr.plan", "attr.release", "reason",
	};
	struct opinia_snapshot *snap;
	struct fleet f;

	start(&f, 1500, &snap);
	for (unsigned round = 0; round < 500; round++) {
		unsigned n = 1 + chance(3);
		const char *text = fleet_filter(&f);
		char by[100] = "";

		/* A lone topic's own sentiment is the other test's. */
		if (strstr(text, "topic:"))
			continue;
		for (unsigned i = 0; i < n; i++) {
			const char *name = names[chance(19)];

			if (!strstr(by, name)) {
				strcat(by, by[0] ? "," : "");
				strcat(by, name);
			}
		}
		if (!strcmp(by, "weekday,week") || !strcmp(by, ""))
			continue;
		fleet_same_groups(&f, snap, text, by, TOPIC_NONE);
	}
	finish(&f, snap);
}

Test(groups, several_segments_add_up, .timeout = 200)
{
	struct opinia_snapshot *snap;
	struct fleet f;

	start(&f, 67000, &snap);
	fleet_same_groups(&f, snap, "", "month,channel", TOPIC_NONE);
	fleet_same_groups(&f, snap, "", "topic", TOPIC_NONE);
	fleet_same_groups(&f, snap, "lang:ro", "agent,attr.plan", TOPIC_NONE);
	fleet_same_groups(&f, snap, "kind:interaction", "reason,team", TOPIC_NONE);
	finish(&f, snap);
}

Test(groups, values_of_a_dimension_come_most_frequent_first)
{
	static const char *const names[] = { "agent", "channel", "topic",   "attr.plan",
					     "nps",   "month",	 "language" };
	struct opinia_snapshot *snap;
	struct fleet f;

	start(&f, 2000, &snap);
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		struct recount c = { .f = &f, .lone = TOPIC_NONE, .groups = f.room };
		struct err err = ERR_NONE;
		struct opinia_by by[3];
		struct opinia_group *got;
		size_t n, given = 0;

		opinia_by_parse(sv_of(names[k]), by, &c.by_count, &err);
		c.by = by;
		fleet_recount(&c);
		cr_assert_eq(opinia_values(snap, by[0], &f.arena, &got, &n, &err), 0,
			     "%s", err.text);
		for (size_t i = 0; i < c.count; i++) {
			size_t at = 0;

			if (!c.groups[i].key[0].n)
				continue;
			given++;
			while (at < n && !sv_eq(got[at].key[0], c.groups[i].key[0]))
				at++;
			cr_assert_lt(at, n, "%s: " SV_FMT, names[k],
				     SV_ARG(c.groups[i].key[0]));
			cr_assert_eq(got[at].counts.records, c.groups[i].counts.records);
			cr_assert(at == 0 ||
				  got[at - 1].counts.records >= got[at].counts.records);
		}
		cr_assert_eq(n, given);
	}
	finish(&f, snap);
}
