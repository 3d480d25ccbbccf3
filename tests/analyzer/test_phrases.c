/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_phrases.c: words are looked at in sixty-fours. Where in a long text a phrase, a pair or
 * a clause begins, and how many words stand behind it, changes nothing of what they say.
 */
#include <criterion/criterion.h>

#include "tests/analyzer/small.h"

enum { MOST = 200, FILLER = 7 /* bytes of a word that nobody knows, and its blank */ };

static const struct {
	const char *text;
	const char *term;    /* of the first evidence */
	uint32_t start, end; /* of it in the text */
	uint16_t evidence, topics, clause;
} rows[] = {
	{ "lasă de dorit", "lasă de dorit", 0, 14, 1, 0, 0 },
	{ "nu e rău", "nu e rău", 0, 9, 1, 0, 0 },
	{ "nu e bun", "bun", 5, 8, 1, 0, 0 },
	{ "dar lasă de dorit", "lasă de dorit", 4, 18, 1, 0, 1 },
	{ "iar, dar lasă de dorit", "lasă de dorit", 9, 23, 1, 0, 2 },
	{ "aștept multe zile", "aștept* ~ zile", 0, 18, 2, 1, 0 },
	{ "iar aștept multe zile", "aștept* ~ zile", 4, 22, 2, 1, 1 },
	{ "la 24 ore", "# ore", 3, 9, 1, 1, 0 },
};

static void put_words(struct buf *b, unsigned n)
{
	while (n--)
		buf_str(b, "mxqwzt ");
}

static void check(struct small *x, size_t row, unsigned before, unsigned behind)
{
	struct buf text;
	struct verdict v;
	uint32_t clause = rows[row].clause, shift = before * FILLER;

	buf_init(&text, 0);
	put_words(&text, before);
	buf_str(&text, rows[row].text);
	buf_char(&text, ' ');
	put_words(&text, behind);
	if (clause && !before)
		clause--; /* the text begins with the word that begins it */
	cr_assert_eq(opinia_analyze(x->a, x->s, buf_sv(&text), SV("ro"), &x->arena, &v,
				    &x->err),
		     0);
	cr_assert_eq(v.evidence_count, rows[row].evidence, "%s behind %u: %u",
		     rows[row].text, before, v.evidence_count);
	cr_expect_eq(v.topic_count, rows[row].topics, "%s behind %u", rows[row].text,
		     before);
	cr_expect(sv_eq(v.evidence[0].term, sv_of(rows[row].term)), "%s behind %u",
		  rows[row].text, before);
	cr_expect_eq(v.evidence[0].span.start, rows[row].start + shift, "%s behind %u",
		     rows[row].text, before);
	cr_expect_eq(v.evidence[0].span.end, rows[row].end + shift, "%s behind %u",
		     rows[row].text, before);
	cr_expect_eq(v.evidence[0].clause, clause, "%s behind %u: %u", rows[row].text,
		     before, v.evidence[0].clause);
	arena_reset(&x->arena);
	buf_release(&text);
}

Test(phrases, the_place_in_a_long_text_changes_nothing)
{
	struct small x;

	small_open(&x, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned before = 0; before < MOST; before++) {
			check(&x, i, before, 0);
			check(&x, i, before, MOST);
		}
	small_close(&x);
}
