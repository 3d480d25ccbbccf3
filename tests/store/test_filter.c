/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_filter.c: the search-box grammar as two tables: what a good filter prints as,
 * and where a wrong one is wrong. Adding a case is adding a row.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "store/filter.h"
#include "store/opinia_store.h"

static const struct topic_info topics[] = {
	{ .id = { "order.checkout", 14 } },    { .id = { "order.cancel", 12 } },
	{ .id = { "delivery.time", 13 } },     { .id = { "price.level", 11 } },
	{ .id = { "service.wait_time", 17 } },
};
static const struct taxonomy taxonomy = { topics, 5 };

/* Today is Tuesday, 2026-03-03, in Bucharest: 01:30 there, still Monday in UTC. */
static struct zone *zone;
static struct opinia_filter_env env;

static void setup(void)
{
	struct err err = ERR_NONE;

	cr_assert_eq(zone_open(&zone, "Europe/Bucharest", &err), 0, "%s", err.text);
	env = (struct opinia_filter_env){ .zone = zone, .taxonomy = &taxonomy };
	cr_assert(when_parse_iso(SV("2026-03-02T23:30:00Z"), NULL, &env.now_ms));
}

static void teardown(void)
{
	zone_close(zone);
}

TestSuite(filter, .init = setup, .fini = teardown);

struct good {
	const char *text, *canonical;
};

/* clang-format off */
static const struct good good[] = {
	{ "", "" },
	{ "   \t ", "" },
	{ "merge", "merge" },
	{ "nu merge", "nu merge" },
	{ "\"nu merge plata\"", "\"nu merge plata\"" },
	{ "=merge", "=merge" },
	{ "=\"nu merge\"", "\"nu merge\"" },
	{ "-merge", "-merge" },
	{ "-\"nu merge\"", "-\"nu merge\"" },
	{ "-=merge", "-=merge" },
	{ "płatności", "płatności" },
	{ "a,b", "a,b" },
	{ "text:a,b", "text:a,b" },
	{ "text:merge", "merge" },
	{ "text:\"a, b\",=c", "text:\"a, b\",=c" },
	{ "text:a:b", "text:a:b" },
	{ "text:-a", "text:-a" },
	{ "e-mail", "e-mail" },
	{ "\"spune \\\"nu\\\" \\\\ da\"", "\"spune \\\"nu\\\" \\\\ da\"" },
	{ "topic:order.checkout", "topic:order.checkout" },
	{ "topic:order", "topic:order" },
	{ "TOPIC:Order", "topic:order" },
	{ "topic:order,delivery.time", "topic:order,delivery.time" },
	{ "topic:no_content", "topic:no_content" },
	{ "-topic:price.level", "-topic:price.level" },
	{ "complaint:order", "complaint:order" },
	{ "praise:delivery.time", "praise:delivery.time" },
	{ "sentiment:neg", "sentiment:neg" },
	{ "sentiment:negative,Mixed", "sentiment:neg,mixed" },
	{ "channel:phone,chat", "channel:phone,chat" },
	{ "channel:\"phone\"", "channel:phone" },
	{ "kind:interaction", "kind:interaction" },
	{ "lang:RO", "lang:ro" },
	{ "language:ro,pl", "lang:ro,pl" },
	{ "agent:\"Ana P.\"", "agent:\"Ana P.\"" },
	{ "agent:\"Ana, P.\",Ion", "agent:\"Ana, P.\",Ion" },
	{ "agent:=x", "agent:\"=x\"" },
	{ "team:l1 queue:ro-chat source:shop", "team:l1 queue:ro-chat source:shop" },
	{ "reason:refund activity:login", "reason:refund activity:login" },
	{ "attr.plan:pro", "attr.plan:pro" },
	{ "attr.plan:pro,\"pro plus\"", "attr.plan:pro,\"pro plus\"" },
	{ "delivery:bounced", "delivery:bounced" },
	{ "escalated:yes", "escalated:yes" },
	{ "-escalated:no", "-escalated:no" },
	{ "self_service:no", "self_service:no" },
	{ "csat:5", "csat:5" },
	{ "csat:<3", "csat:..2" },
	{ "csat:<=3", "csat:..3" },
	{ "nps:>8", "nps:9.." },
	{ "nps:>=9,0..6", "nps:9..,0..6" },
	{ "ces:..3 ces1:4 ces2:6..7", "ces:..3 ces1:4 ces2:6..7" },
	{ "fcr:yes", "fcr:1" },
	{ "fcr:no", "fcr:0" },
	{ "has:comment,score", "has:comment,score" },
	{ "has:attr.plan", "has:attr.plan" },
	{ "-has:customer", "-has:customer" },
	{ "is:contradiction", "is:contradiction" },
	{ "id:17", "id:17" },
	{ "id:10..20,4000000000", "id:10..20,4000000000" },
	{ "customer:ana@example.ro", "customer:ana@example.ro" },
	{ "since:2026-01-01", "day:2026-01-01.." },
	{ "until:2026-03-31", "day:..2026-03-31" },
	{ "since:2026-01 until:2026-02", "day:2026-01-01.. day:..2026-02-28" },
	{ "day:2026-W08", "day:2026-02-16..2026-02-22" },
	{ "day:2020-W53", "day:2020-12-28..2021-01-03" },
	{ "day:2026-Q1", "day:2026-01-01..2026-03-31" },
	{ "day:2025", "day:2025-01-01..2025-12-31" },
	{ "day:2024-02-29", "day:2024-02-29" },
	{ "day:today", "day:2026-03-03" },
	{ "day:yesterday", "day:2026-03-02" },
	{ "day:last-week", "day:2026-02-23..2026-03-01" },
	{ "day:this-week", "day:2026-03-02..2026-03-08" },
	{ "day:last-month", "day:2026-02-01..2026-02-28" },
	{ "day:last-quarter", "day:2025-10-01..2025-12-31" },
	{ "day:last-year", "day:2025-01-01..2025-12-31" },
	{ "since:30d", "day:2026-02-02.." },
	{ "since:60d until:30d", "day:2026-01-03.. day:..2026-02-01" },
	{ "since:12w", "day:2025-12-10.." },
	{ "since:1m", "day:2026-02-04.." },
	{ "since:1y", "day:2025-03-04.." },
	{ "day:2026-01-01..2026-01-31,2025-W01", "day:2026-01-01..2026-01-31,2024-12-30..2025-01-05" },
	{ "day:2026-01..", "day:2026-01-01.." },
	{ "-day:2026-01", "-day:2026-01-01..2026-01-31" },
	{ "topic:order.checkout sentiment:neg channel:phone,chat nps:0..6 lang:ro -topic:price.level",
	  "topic:order.checkout sentiment:neg channel:phone,chat nps:0..6 lang:ro -topic:price.level" },
};

struct bad {
	const char *text;
	unsigned column;
	const char *says; /* somewhere in the sentence */
};

static const struct bad bad[] = {
	{ "topik:order", 1, "did you mean `topic`" },
	{ "merge chanel:phone", 7, "did you mean `channel`" },
	{ "żółć -sentimnt:neg", 7, "did you mean `sentiment`" },
	{ "foobarbaz:1", 1, "there is no field" },
	{ "http://x", 1, "put them in quotes" },
	{ "topic:order.chekout", 7, "did you mean `order.checkout`" },
	{ "topic:checkout", 7, "did you mean `order.checkout`" },
	{ "complaint:nonsense", 11, "no value of `complaint`" },
	{ "channel:phone,fone", 15, "did you mean `phone`" },
	{ "channel:xyzzyx", 9, "chat, email, phone, web, other" },
	{ "sentiment:angry", 11, "neg, neu, pos, mixed" },
	{ "kind:feedbak", 6, "did you mean `feedback`" },
	{ "topic:", 7, "needs a value" },
	{ "channel:phone,", 15, "needs a value" },
	{ "channel:,phone", 9, "needs a value" },
	{ "\"nu merge", 1, "never closed" },
	{ "agent:\"Ana", 7, "never closed" },
	{ "\"\"", 1, "nothing between the quotes" },
	{ "agent:\"Ana\"P", 12, "behind the closing quote" },
	{ "merge -", 7, "something behind it" },
	{ "- merge", 1, "something behind it" },
	{ "=", 1, "needs a word" },
	{ "nps:many", 5, "no number" },
	{ "nps:6..0", 5, "backwards" },
	{ "nps:..", 5, "no number" },
	{ "csat:<", 6, "no number" },
	{ "csat:99999", 6, "beyond" },
	{ "id:-5", 4, "beyond" },
	{ "since:2026-13", 7, "no time" },
	{ "since:2026-02-30", 7, "no time" },
	{ "since:2025-W53", 7, "no time" },
	{ "since:soon", 7, "last-month" },
	{ "since:0d", 7, "no time" },
	{ "since:2026-03-01T10:00", 7, "whole days" },
	{ "day:2026-03-02..2026-03-01", 5, "backwards" },
	{ "has:coment", 5, "did you mean `comment`" },
	{ "has:attr.Plan", 5, "no value of `has`" },
	{ "is:contradicted", 4, "did you mean `contradiction`" },
	{ "escalated:maybe", 11, "yes, no" },
	{ "attr.:x", 1, "there is no field" },
	{ "merge \xff", 7, "not UTF-8" },
	{ "merge \x01", 7, "control character" },
	{ "channel:\"fone\"", 9, "did you mean `phone`" },
};
/* clang-format on */

static struct sv print(const struct filter *f, struct buf *b)
{
	buf_clear(b);
	filter_print(f, b);
	cr_assert(buf_ok(b));
	return buf_sv(b);
}

Test(filter, good_filters_print_as_their_canonical_text)
{
	struct arena arena;
	struct buf b;

	arena_init(&arena, 0);
	buf_init(&b, 0);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct err err = ERR_NONE;
		struct filter *f = NULL;
		int rc = opinia_filter_parse(sv_of(good[i].text), &env, &arena, &f, &err);

		cr_expect_eq(rc, 0, "[%s]: %s", good[i].text, err.text);
		if (!rc)
			cr_expect(sv_eq(print(f, &b), sv_of(good[i].canonical)),
				  "[%s] printed [" SV_FMT "], not [%s]", good[i].text,
				  SV_ARG(buf_sv(&b)), good[i].canonical);
	}
	buf_release(&b);
	arena_release(&arena);
}

Test(filter, canonical_text_reads_back_as_itself_on_any_day)
{
	struct opinia_filter_env later = env;
	struct arena arena;
	struct buf b;

	arena_init(&arena, 0);
	buf_init(&b, 0);
	later.now_ms += 400ll * MS_DAY;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct err err = ERR_NONE;
		struct filter *f = NULL;
		int rc = opinia_filter_parse(sv_of(good[i].canonical), &later, &arena, &f,
					     &err);

		cr_expect_eq(rc, 0, "[%s]: %s", good[i].canonical, err.text);
		if (!rc)
			cr_expect(sv_eq(print(f, &b), sv_of(good[i].canonical)),
				  "[%s] printed [" SV_FMT "]", good[i].canonical,
				  SV_ARG(buf_sv(&b)));
	}
	buf_release(&b);
	arena_release(&arena);
}

Test(filter, a_wrong_filter_is_wrong_at_its_column_and_says_what_is_right)
{
	struct arena arena;

	arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = ERR_NONE;
		struct filter *f = NULL;
		char column[32];
		int rc = opinia_filter_parse(sv_of(bad[i].text), &env, &arena, &f, &err);

		snprintf(column, sizeof(column), "column %u:", bad[i].column);
		cr_expect_eq(rc, ERR_USAGE, "[%s] gave %d", bad[i].text, rc);
		cr_expect_eq(strncmp(err.text, column, strlen(column)), 0, "[%s]: %s",
			     bad[i].text, err.text);
		cr_expect_neq(strstr(err.text, bad[i].says), NULL, "[%s]: %s",
			      bad[i].text, err.text);
	}
	arena_release(&arena);
}

Test(filter, ceilings_are_kept)
{
	char text[FILTER_BYTES_MAX + 2];
	struct arena arena;
	struct err err = ERR_NONE;
	struct filter *f;
	size_t n = 0;

	arena_init(&arena, 0);
	memset(text, 'a', sizeof(text));
	cr_expect_eq(
		opinia_filter_parse((struct sv){ text, FILTER_BYTES_MAX }, &env, &arena,
				    &f, &err),
		ERR_USAGE); /* one word of 4,096 bytes is longer than a value may be */
	cr_expect_eq(opinia_filter_parse((struct sv){ text, sizeof(text) - 1 }, &env,
					 &arena, &f, &err),
		     ERR_USAGE);
	cr_expect_neq(strstr(err.text, "4096"), NULL, "%s", err.text);
	for (unsigned i = 0; i < FILTER_TERMS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "w%u ", i);
	cr_expect_eq(opinia_filter_parse((struct sv){ text, n }, &env, &arena, &f, &err),
		     0, "%s", err.text);
	cr_expect_eq(f->count, FILTER_TERMS_MAX);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "more");
	cr_expect_eq(opinia_filter_parse((struct sv){ text, n }, &env, &arena, &f, &err),
		     ERR_USAGE);
	cr_expect_neq(strstr(err.text, "at most 64 terms"), NULL, "%s", err.text);
	arena_release(&arena);
}

Test(filter, helpers_add_and_take_terms_without_touching_the_old_filter)
{
	struct arena arena;
	struct err err = ERR_NONE;
	struct filter *f, *g;
	struct buf b;
	int32_t first, last;

	arena_init(&arena, 0);
	buf_init(&b, 0);
	cr_assert_eq(opinia_filter_parse(SV("since:2026-01-05 lang:ro until:2026-02"),
					 &env, &arena, &f, &err),
		     0);
	cr_expect(opinia_filter_period(f, &first, &last));
	cr_expect_eq(first, day_of(2026, 1, 5));
	cr_expect_eq(last, day_of(2026, 2, 28));
	g = opinia_filter_timeless(f, &arena);
	cr_expect(sv_eq(print(g, &b), SV("lang:ro")), SV_FMT, SV_ARG(buf_sv(&b)));
	cr_expect_not(opinia_filter_period(g, &first, &last));
	g = opinia_filter_days(g, day_of(2025, 12, 1), INT32_MAX, &arena);
	g = opinia_filter_and(g, SV("topic"), SV("order.checkout"), &arena);
	g = opinia_filter_and(g, SV("attr.plan"), SV("pro, plus"), &arena);
	g = opinia_filter_and(g, SV("text"), SV("nu \"merge"), &arena);
	cr_assert_not_null(g);
	cr_expect(sv_eq(print(g, &b), SV("lang:ro day:2025-12-01.. topic:order.checkout "
					 "attr.plan:\"pro, plus\" \"nu \\\"merge\"")),
		  SV_FMT, SV_ARG(buf_sv(&b)));
	cr_expect_null(opinia_filter_and(g, SV("nps"), SV("many"), &arena));
	cr_expect_null(opinia_filter_and(g, SV("nonsense"), SV("x"), &arena));
	cr_expect_eq(f->count, 3);
	g = opinia_filter_and(NULL, SV("channel"), SV("phone"), &arena);
	cr_expect(sv_eq(print(g, &b), SV("channel:phone")));
	buf_release(&b);
	arena_release(&arena);
}

Test(filter, grouping_names_the_wrong_dimension_and_the_nearest_right_one)
{
	struct opinia_by by[3];
	struct err err = ERR_NONE;
	size_t n;

	cr_expect_eq(opinia_by_parse(SV("week, channel,attr.plan"), by, &n, &err), 0,
		     "%s", err.text);
	cr_expect_eq(n, 3);
	cr_expect_eq(by[0].dim, DIM_WEEK);
	cr_expect_eq(by[1].dim, DIM_CHANNEL);
	cr_expect(by[2].dim == DIM_ATTR && sv_eq(by[2].attr, SV("plan")));
	cr_expect_eq(opinia_by_parse(SV("week,chanel"), by, &n, &err), ERR_USAGE);
	cr_expect_neq(strstr(err.text, "did you mean `channel`"), NULL, "%s", err.text);
	cr_expect_eq(opinia_by_parse(SV("week,week"), by, &n, &err), ERR_USAGE);
	cr_expect_eq(opinia_by_parse(SV("a"), by, &n, &err), ERR_USAGE);
	cr_expect_eq(opinia_by_parse(SV(""), by, &n, &err), ERR_USAGE);
	cr_expect_eq(opinia_by_parse(SV("day,week,month,team"), by, &n, &err), ERR_USAGE);
	cr_expect_neq(strstr(err.text, "at most three"), NULL, "%s", err.text);
}
