/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_bytes.c: whoever takes the short way arrives where the long way leads: kernels of many
 * bytes and the portable ones, remembered words and words met for the first time, number tables
 * and printf.
 */
#include <criterion/criterion.h>

#include "analyzer/bytes.h"
#include "analyzer/fixed.h"
#include "analyzer/scratch.h"
#include "tests/analyzer/small.h"

static uint64_t seed = 88172645463325252u;

static uint32_t chance(uint32_t n)
{
	seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % n;
}

/* Bytes of all kinds, and often the borders between kinds. */
static char any_byte(void)
{
	static const char borders[] = "/09:@AZ[`az{\x7f\x80\xc3\xf7\xf8\xff \"\\\x1f";

	return chance(3) ? borders[chance(sizeof(borders))] : (char)chance(256);
}

Test(bytes, portable_and_sse2_kernels_say_the_same)
{
	for (int round = 0; round < 200000; round++) {
		char in[80], plain[16], fast[16];
		struct masks a, b;
		uint64_t v[2];

		for (size_t i = 0; i < sizeof(in); i++)
			in[i] = i && !chance(4) ? in[i - 1] : any_byte();
		cr_assert_eq(lower16_plain(in, plain), lower16(in, fast));
		cr_assert_eq(memcmp(plain, fast, 16), 0);
		a = masks_plain(in);
		b = masks_of(in);
		cr_assert_eq(a.word, b.word);
		cr_assert_eq(a.digit, b.digit);
		cr_assert_eq(a.blank, b.blank);
		cr_assert_eq(a.triple, b.triple);
		for (int bit = 0; bit < 8; bit++)
			cr_assert_eq(bits_of_plain(in, bit), bits_of(in, bit));
		memcpy(v, in, sizeof(v));
		cr_assert_eq(need_escape_plain(v[0], v[1]), need_escape(v[0], v[1]));
	}
}

Test(bytes, roots_of_small_numbers_are_the_roots)
{
	for (uint32_t v = 0; v < 300; v++)
		cr_expect_eq(root_milli(v), root_slowly(v), "%u", v);
}

/* ---- words that are remembered ------------------------------------------------------- */

static const char *const pieces[] = {
	"bun",	    "bună ",   "nu e rău",    "rau ",	     "rău ",	 "merge ",
	"nu doar ", "lasă ",   "de ",	      "dorit",	     "au ",	 "rezolvat ",
	"foarte ",  "dar ",    "deși ",	      "iar ",	     "aș vrea ", "halal ",
	"aștept ",  "5 zile ", "24 ore ",     "plată ",	     "la timp ", "platformă ",
	"nie ",	    "bardzo ", "dobry ",      "prosto ",     "ale ",	 "super",
	"suuuper ", "zăăău ",  "proooost ",   ":) ",	     ":D",	 "👍🏽",
	"❤️",   ", ",      ". ",	      "! ",	     " - ",	 "(",
	"ok ",	    "xyz ",    "nemulțumit ", "NEMULȚUMIT ", "livrare ", "minunat",
	"\xE2\x82", "\xff",    "\n",	      "a ",	     "a@b.ro ",	 "0722123456 ",
};

static size_t any_text(char *text, size_t least, size_t most)
{
	size_t n = 0;

	while (n < least) {
		const char *p = pieces[chance(sizeof(pieces) / sizeof(pieces[0]))];
		size_t length = strlen(p);

		if (n + length + 1 > most)
			break;
		memcpy(text + n, p, length);
		n += length;
		if (!chance(3))
			text[n++] = ' ';
	}
	return n;
}

static void tell(const struct small *x, struct opinia_scratch *s, struct sv text,
		 struct buf *out)
{
	static const char *const hints[] = { "", "ro", "pl" };
	struct arena arena;
	struct verdict v;

	arena_init(&arena, 0);
	cr_assert_eq(
		opinia_analyze(x->a, s, text, sv_of(hints[text.n % 3]), &arena, &v, NULL),
		0);
	buf_clear(out);
	opinia_verdict_json(x->a, &v, SV("1"), out);
	for (uint16_t i = 0; i < v.evidence_count; i++)
		buf_printf(out, " %d %u %u", (int)v.evidence[i].base, v.evidence[i].rules,
			   v.evidence[i].clause);
	arena_release(&arena);
}

Test(bytes, a_scratch_that_has_read_much_reads_like_a_new_one)
{
	static char text[70000];
	struct small x;
	struct buf a, b;

	small_open(&x, NULL);
	buf_init(&a, 0);
	buf_init(&b, 0);
	for (int round = 0; round < 600; round++) {
		struct opinia_scratch *fresh = opinia_scratch_new(x.a);
		size_t n = any_text(text, 1 + chance(200), sizeof(text));

		cr_assert(fresh);
		tell(&x, fresh, (struct sv){ text, n }, &a);
		tell(&x, x.s, (struct sv){ text, n }, &b);
		cr_assert_str_eq(a.p, b.p, "%.*s", (int)n, text);
		opinia_scratch_free(fresh);
	}
	buf_release(&a);
	buf_release(&b);
	small_close(&x);
}

/* Where a text has very many words for the room there is, every word is looked at anew. */
Test(bytes, a_text_with_hardly_any_room_reads_like_one_with_much)
{
	static char text[70000];
	struct small x;
	struct buf a, b;

	small_open(&x, NULL);
	buf_init(&a, 0);
	buf_init(&b, 0);
	memset(text, ' ', sizeof(text));
	tell(&x, x.s, (struct sv){ text, sizeof(text) }, &b); /* makes room */
	for (int round = 0; round < 60; round++) {
		struct opinia_scratch *tight = opinia_scratch_new(x.a);
		size_t n = any_text(text, 4000, 4096);

		cr_assert(tight);
		tell(&x, tight, (struct sv){ text, n }, &a);
		cr_assert_lt((size_t)tight->room, (size_t)x.s->room);
		tell(&x, x.s, (struct sv){ text, n }, &b);
		cr_assert_str_eq(a.p, b.p, "%.*s", (int)n, text);
		opinia_scratch_free(tight);
	}
	buf_release(&a);
	buf_release(&b);
	small_close(&x);
}

/* ---- JSON ----------------------------------------------------------------------------- */

static int milli_text(char *to, int32_t milli)
{
	int n = sprintf(to, "%s%d.%03d", milli < 0 ? "-" : "", abs(milli) / 1000,
			abs(milli) % 1000);

	while (to[n - 1] == '0')
		to[--n] = 0;
	if (to[n - 1] == '.')
		to[--n] = 0;
	return n;
}

Test(bytes, numbers_and_terms_of_every_length_are_written_as_printf_would)
{
	struct small x;
	struct buf out;
	char term[64], want[400], number[32];

	small_open(&x, NULL);
	buf_init(&out, 0);
	for (int32_t i = -7000; i < 7000; i++) {
		uint32_t n = (uint32_t)(i + 7000) % 40,
			 at = (uint32_t)(i + 7000) / 40 % 41;
		struct evidence e = { .span = { (uint32_t)(i + 7000),
						(uint32_t)(i + 7000) * 3 },
				      .term = { term, n },
				      .weight = i,
				      .base = i,
				      .topic = TOPIC_NONE };
		struct verdict v = { .analyzed = true,
				     .evidence = &e,
				     .evidence_count = 1 };
		int k;

		memset(term, 'x', sizeof(term));
		if (at < n)
			term[at] = "\"\\\n\xc3"[i & 3];
		k = sprintf(want, "\"evidence\":[{\"start\":%u,\"end\":%u,\"term\":\"",
			    e.span.start, e.span.end);
		for (uint32_t c = 0; c < n; c++)
			k += term[c] == '\n' ? sprintf(want + k, "\\u000a")
			     : term[c] == '"' || term[c] == '\\'
				     ? sprintf(want + k, "\\%c", term[c])
				     : sprintf(want + k, "%c", term[c]);
		milli_text(number, i);
		sprintf(want + k, "\",\"weight\":%s,\"rule\":\"word\"}]", number);
		buf_clear(&out);
		opinia_verdict_json(x.a, &v, SV("1"), &out);
		cr_assert(strstr(out.p, want), "%s\n%s", want, out.p);
	}
	buf_release(&out);
	small_close(&x);
}

Test(bytes, a_megabyte_of_one_word_is_read_to_the_end)
{
	static char text[1 << 20];
	static const char *const words[] = {
		"bun ",	     "a",	 "nu ",	      "aștept zile ",
		"zzz",	     "foarte ",	 "dar ",      "halal ",
		"halal. ",   "aș vrea ", "deși bun ", "au rezolvat ",
		"nu e rău ", "dar. ",	 "plata, ",   "bun, dar ",
		"🙏",	     ":)",
	};
	struct small x;
	struct arena arena;
	struct verdict v;

	small_open(&x, NULL);
	arena_init(&arena, 0);
	for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
		size_t n = strlen(words[w]);

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = words[w][i % n];
		cr_expect_eq(opinia_analyze(x.a, x.s, (struct sv){ text, sizeof(text) },
					    SV(""), &arena, &v, NULL),
			     0);
		cr_expect(v.analyzed && v.evidence_count <= VERDICT_EVIDENCE_MAX);
	}
	arena_release(&arena);
	small_close(&x);
}
