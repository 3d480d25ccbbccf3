/* SPDX-License-Identifier: Apache-2.0 */
/* test_text.c: views, buffers, arenas, errors, UTF-8 and near names: what every room stands on. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/json_out.h"
#include "core/nearest.h"
#include "core/percent.h"
#include "core/sv.h"
#include "core/utf8.h"

Test(sv, cutting_walks_over_every_part_and_ends)
{
	struct sv rest = SV("a,,b");

	cr_expect(sv_eq(sv_cut(&rest, ','), SV("a")));
	cr_expect(sv_eq(sv_cut(&rest, ','), SV("")));
	cr_expect(sv_eq(sv_cut(&rest, ','), SV("b")));
	cr_expect_eq(rest.n, 0);
}

Test(sv, numbers_are_whole_or_refused)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} rows[] = {
		{ "0", true, 0 },
		{ "-17", true, -17 },
		{ "+4", true, 4 },
		{ "999999999999999999", true, 999999999999999999 },
		{ "9999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "1.0", false, 0 },
		{ " 1", false, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t v = 0;

		cr_expect_eq(sv_i64(sv_of(rows[i].text), &v), rows[i].ok, "%s",
			     rows[i].text);
		if (rows[i].ok)
			cr_expect_eq(v, rows[i].value, "%s", rows[i].text);
	}
}

Test(err, places_are_put_in_front_and_the_cause_is_never_cut)
{
	struct err err = ERR_NONE;
	char longest[700];

	err_set(&err, ERR_INPUT, "\"%s\" is no date", "31 Feb");
	err_at(&err, "UID %d", 4711);
	cr_expect_str_eq(err.text, "UID 4711: \"31 Feb\" is no date");
	cr_expect_eq(err.code, ERR_INPUT);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	err_at(&err, "%s", longest);
	cr_expect_str_eq(err.text, "UID 4711: \"31 Feb\" is no date");
}

Test(arena, a_ceiling_holds_and_a_mark_gives_back)
{
	struct arena a;
	struct arena_mark mark;
	char *first, *grown;

	arena_init(&a, 1000);
	first = arena_take(&a, 100);
	cr_assert_not_null(first);
	memset(first, 7, 100);
	mark = arena_mark(&a);
	cr_expect_null(arena_take(&a, 1000));
	cr_expect_not_null(arena_take(&a, 800));
	arena_rewind(&a, mark);
	grown = arena_grow(&a, first, 100, 300);
	cr_expect_eq(grown, first, "the newest taking grows in place");
	cr_expect_eq(grown[99], 7);
	cr_expect_null(arena_zero(&a, SIZE_MAX / 2, 16));
	arena_release(&a);
	arena_init(&a, 0);
	for (int i = 0; i < 100; i++)
		cr_assert_not_null(arena_take(&a, 10000));
	arena_reset(&a);
	cr_expect_eq(a.used, 0);
	arena_release(&a);
}

Test(buf, the_first_failure_sticks)
{
	struct buf b;

	buf_init(&b, 10);
	buf_str(&b, "12345");
	buf_str(&b, "678901");
	buf_str(&b, "x");
	cr_expect_not(buf_ok(&b));
	cr_expect_str_eq(b.p, "12345");
	buf_clear(&b);
	buf_printf(&b, "%d", 42);
	cr_expect(buf_ok(&b) && sv_eq(buf_sv(&b), SV("42")));
	buf_release(&b);
}

Test(utf8, validity_is_that_of_utf8proc_for_all_short_sequences)
{
	unsigned char s[4];

	for (unsigned x = 0; x < 1u << 24; x += 1 + (x & 0x1f) % 3) {
		utf8proc_int32_t cp;
		struct sv v = { (const char *)s, 3 };
		bool theirs = true;
		size_t at = 0;

		s[0] = (unsigned char)(x >> 16), s[1] = (unsigned char)(x >> 8),
		s[2] = (unsigned char)x;
		while (theirs && at < 3) {
			utf8proc_ssize_t n =
				utf8proc_iterate(s + at, (utf8proc_ssize_t)(3 - at), &cp);

			theirs = n > 0;
			at += theirs ? (size_t)n : 0;
		}
		if (utf8_valid(v) != theirs)
			cr_assert_fail("%02x %02x %02x", s[0], s[1], s[2]);
	}
}

Test(utf8, what_could_move_a_terminal_is_tamed)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "ok \033[31mred", "ok \xef\xbf\xbd[31mred" },
		{ "a\nb\tc", "a b c" },
		{ "x\xe2\x80\xae"
		  "y",
		  "x\xef\xbf\xbdy" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "zażółć gęślą jaźń, țară", "zażółć gęślą jaźń, țară" },
		{ "\xc2\x9b"
		  "31m",
		  "\xef\xbf\xbd"
		  "31m" },
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&b);
		utf8_tame(sv_of(rows[i].in), &b);
		cr_expect(sv_eq(buf_sv(&b), sv_of(rows[i].out)), "row %zu: %s", i, b.p);
	}
	buf_clear(&b);
	utf8_plain(SV("ŁÓDŹ Ţară"), &b);
	cr_expect_str_eq(b.p, "lodz tara");
	cr_expect_eq(utf8_width(SV("日本 ąę")), 7);
	cr_expect(sv_eq(utf8_clip(SV("日本語"), 5), SV("日本")));
	buf_release(&b);
}

Test(percent, two_digits_are_a_byte_and_all_else_stays)
{
	static const struct {
		const char *in, *out, *form;
	} rows[] = {
		{ "ana%40example.ro", "ana@example.ro", "ana@example.ro" },
		{ "%2B40+722", "+40+722", "+40 722" },
		{ "%c5%9Bwietnie", "\xc5\x9bwietnie", "\xc5\x9bwietnie" },
		{ "100%", "100%", "100%" },
		{ "%4", "%4", "%4" },
		{ "%4g%g4%%41%", "%4g%g4%A%", "%4g%g4%A%" },
		{ "%2541", "%41", "%41" },
		{ "", "", "" },
	};
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	char out[32];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sv in = sv_of(rows[i].in);

		cr_expect(sv_eq(percent_decode(in, false, out), sv_of(rows[i].out)), "%s",
			  rows[i].in);
		memcpy(out, in.p, in.n);
		in.p = out;
		cr_expect(sv_eq(percent_decode(in, true, out), sv_of(rows[i].form)),
			  "%s in place", rows[i].in);
	}
	for (int c = -128; c < 128; c++) {
		const char *at = c ? strchr(digits, c) : NULL;

		cr_expect_eq(hex_digit((char)c), at ? (at - digits) % 16 : -1, "%d", c);
	}
}

Test(json_out, texts_and_numbers_are_always_valid)
{
	struct buf b;

	buf_init(&b, 0);
	json_put_text(&b, (struct sv){ "a\"\\\n\x01\xff\x7f", 7 });
	cr_expect_str_eq(b.p, "\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\\u007f\"");
	buf_clear(&b);
	json_put_number(&b, 2.5, 6);
	json_put_number(&b, -0.0000001, 6);
	json_put_number(&b, 100, 6);
	json_put_number(&b, 1 / 0.0, 6);
	json_put_milli(&b, -620);
	json_put_milli(&b, 1000);
	json_put_milli(&b, 0);
	cr_expect_str_eq(b.p, "2.50100null-0.6210");
	buf_release(&b);
}

Test(nearest, a_typing_error_finds_its_name)
{
	static const char *const names[] = { "topic", "sentiment", "channel", "since",
					     "csat" };
	static const struct {
		const char *typed, *found;
	} rows[] = {
		{ "topc", "topic" },
		{ "chanel", "channel" },
		{ "sentimnet", "sentiment" },
		{ "sin", "since" },
		{ "xyz", "" },
		{ "CSTA", "csat" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nearest n = nearest_to(sv_of(rows[i].typed));

		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			nearest_try(&n, sv_of(names[k]));
		cr_expect(sv_eq(nearest_found(&n), sv_of(rows[i].found)), "%s",
			  rows[i].typed);
	}
}
