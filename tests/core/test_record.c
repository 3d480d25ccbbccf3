/* SPDX-License-Identifier: Apache-2.0 */
/* test_record.c: what a good record is, counting, and what opinia.conf may say. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/batch.h"
#include "core/counts.h"
#include "core/record.h"
#include "core/settings.h"

static struct record good(enum record_kind kind)
{
	struct record r;

	record_init(&r, kind);
	r.answered_at = r.occurred_at = r.asked_at = 1788000000000;
	r.customer = r.email = SV("a@example.com");
	r.phone = SV("+48123");
	r.interaction = SV("T-1");
	r.activity = SV("purchase");
	r.comment = SV("super");
	return r;
}

Test(record, every_kind_passes_when_complete)
{
	for (int k = 0; k < KIND_COUNT; k++) {
		struct record r = good((enum record_kind)k);
		struct err err = ERR_NONE;

		cr_expect_eq(record_check(&r, &err), 0, "%s: %s",
			     record_kind_name(r.kind), err.text);
	}
}

Test(record, what_is_wrong_is_named)
{
	struct record r;
	struct err err = ERR_NONE;

	r = good(KIND_FEEDBACK);
	r.comment = (struct sv){ NULL, 0 };
	cr_expect_eq(record_check(&r, &err), ERR_INPUT);
	cr_expect(strstr(err.text, "neither a score nor a comment") != NULL);
	r.scores[r.score_count++] = score_preset(SCORE_NPS);
	r.scores[0].value = 11;
	cr_expect_eq(record_check(&r, &err), ERR_INPUT);
	cr_expect(strstr(err.text, "nps: 11 is not on the scale 0 to 10") != NULL, "%s",
		  err.text);
	r.scores[0].value = 10;
	cr_expect_eq(record_check(&r, &err), 0);
	r.comment = SV("\xff");
	cr_expect_eq(record_check(&r, &err), ERR_INPUT);
	cr_expect(strstr(err.text, "comment is not valid UTF-8") != NULL);
	r = good(KIND_FEEDBACK);
	r.answered_at = -62135596800000;
	cr_expect_eq(record_check(&r, &err), ERR_INPUT,
		     "the year 1 is a parsing accident");
	r = good(KIND_FEEDBACK);
	r.attrs[r.attr_count++] = (struct attr){ SV("Plan"), SV("pro") };
	cr_expect_eq(record_check(&r, &err), ERR_INPUT, "attribute names are lower case");
	r = good(KIND_CUSTOMER);
	r.phone = (struct sv){ NULL, 0 };
	cr_expect_eq(record_check(&r, &err), ERR_INPUT, "one alias links nothing");
}

Test(record, names_are_found_in_the_words_that_teams_use)
{
	enum channel c;
	enum score_kind s;

	cr_expect(channel_find(SV("Telefon"), &c) && c == CHANNEL_PHONE);
	cr_expect(channel_find(SV("E-MAIL"), &c) && c == CHANNEL_EMAIL);
	cr_expect(channel_find(SV("czat"), &c) && c == CHANNEL_CHAT);
	cr_expect_not(channel_find(SV("fax"), &c));
	cr_expect(score_kind_find(SV("nps"), &s) && s == SCORE_NPS);
	for (int i = 0; i < CHANNEL_COUNT; i++)
		cr_expect(channel_find(sv_of(channel_name((enum channel)i)), &c) &&
			  (int)c == i);
}

Test(counts, scales_are_kept_apart_and_taking_away_is_exact)
{
	struct counts a;
	struct score five = score_preset(SCORE_CSAT), ten = five;

	counts_zero(&a);
	five.value = 4;
	ten.value = 8, ten.max = 10;
	counts_score(&a, &five, 1);
	counts_score(&a, &ten, 1);
	counts_score(&a, &five, 2);
	cr_expect_eq(a.scales[SCORE_CSAT], 2);
	cr_expect_eq(scale_total(&a.score[SCORE_CSAT][0]), 3);
	counts_score(&a, &five, -3);
	cr_expect_eq(scale_total(&a.score[SCORE_CSAT][0]), 0);
	cr_expect_eq(scale_total(&a.score[SCORE_CSAT][1]), 1);
	for (int16_t max = 3; max < 9; max++) {
		five.max = max, five.value = 2;
		counts_score(&a, &five, 1);
	}
	cr_expect_eq(a.unscaled, 3, "beyond %d scales they are counted apart",
		     COUNTS_SCALES_MAX);
}

Test(batch, records_survive_growth_and_a_reset_forgets)
{
	struct batch b;

	batch_init(&b);
	for (int i = 0; i < 1000; i++) {
		struct record *r = batch_add(&b, KIND_FEEDBACK);

		cr_assert_not_null(r);
		r->occurrence = (uint32_t)i;
	}
	for (uint32_t i = 0; i < 1000; i++)
		cr_assert_eq(b.records[i].occurrence, i);
	batch_drop_last(&b);
	cr_expect_eq(b.count, 999);
	batch_reset(&b);
	cr_expect_eq(b.count, 0);
	batch_release(&b);
}

static int read_conf(const char *text, struct settings **out, struct arena *arena,
		     struct err *err)
{
	char path[] = "/tmp/opinia-conf-XXXXXX";
	int fd = mkstemp(path), rc;

	cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	rc = settings_read(out, path, arena, err);
	unlink(path);
	return rc;
}

Test(settings, presets_hold_and_what_is_wrong_is_named_with_its_line)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "[kpi]\nperoid = 30\n",
		  ":2: no setting `peroid` in [kpi]; did you mean `period` in [kpi]?" },
		{ "[kpi]\n\nperiod = many\n",
		  ":3: period = many: a whole number is wanted" },
		{ "[kpi]\nperiod = 0\n", ":2: period = 0: between 1 and 3660 days" },
		{ "[kpi]\nnonsense\n", ":2: neither" },
	};
	struct settings *s;
	struct arena arena;
	struct err err = ERR_NONE;
	struct buf b;

	arena_init(&arena, 0);
	cr_expect_eq(read_conf("# c\n[kpi]\nperiod = 90\nrows = csat, nps\n", &s, &arena,
			       &err),
		     0, "%s", err.text);
	cr_expect_eq(setting_number(s, "kpi", "period"), 90);
	cr_expect(sv_eq(setting_text(s, "kpi", "rows"), SV("csat, nps")));
	cr_expect_eq(setting_number(s, "topics", "min_n"), 3);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = ERR_NONE;
		cr_expect_eq(read_conf(bad[i].text, &s, &arena, &err), ERR_CONFIG);
		cr_expect(strstr(err.text, bad[i].says) != NULL, "%s", err.text);
	}
	buf_init(&b, 0);
	settings_template(&b);
	cr_expect_eq(read_conf(b.p, &s, &arena, &err), 0,
		     "what init writes can be read: %s", err.text);
	buf_release(&b);
	cr_expect_eq(settings_read(&s, "/nonexistent", &arena, &err), ERR_MISSING);
	arena_release(&arena);
}
