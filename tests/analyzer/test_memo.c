/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_memo.c: a thread remembers words, and words of the same place take it from each other. What
 * was read before, and how many words a text has, must not change a verdict.
 */
#include <criterion/criterion.h>

#include "tests/analyzer/small.h"

enum { ROUNDS = 3, WORDS = 24000, SPOKEN = 64 /* each so manieth word says something */ };

static const char *const said[] = { "bun", "scump", "minunat", "problem", "prost" };

/* Word @i: a stem of the lexicon and letters of its own, so that each has a place and keys. */
static void put_word(struct buf *b, unsigned i)
{
	char letters[8];
	size_t n = 0;

	buf_str(b, i % SPOKEN ? "platform" : said[i / SPOKEN % 5]);
	for (unsigned left = i; n < 6 && left; left /= 13, n++) /* none stands thrice */
		letters[n] = (char)((n % 2 ? 'n' : 'a') + left % 13);
	buf_put(b, letters, n);
	buf_char(b, i % 7 ? ' ' : ',');
}

/* Each word that says something was heard as what it is; word @from is the first. */
static void json_of(struct small *x, struct opinia_scratch *s, struct sv text,
		    unsigned from, struct buf *out)
{
	struct verdict v;

	buf_clear(out);
	cr_assert_eq(opinia_analyze(x->a, s, text, SV("ro"), &x->arena, &v, &x->err), 0);
	cr_assert_eq(v.evidence_count, WORDS / SPOKEN);
	for (unsigned i = 0; i < v.evidence_count; i++)
		cr_assert(sv_starts(v.evidence[i].term,
				    sv_of(said[(from / SPOKEN + i) % 5])),
			  "from %u, evidence %u: " SV_FMT, from, i,
			  SV_ARG(v.evidence[i].term));
	opinia_verdict_json(x->a, &v, SV("1"), out);
	arena_reset(&x->arena);
}

Test(memo, what_was_read_before_changes_no_verdict)
{
	struct small x;
	struct buf text, first, again;

	small_open(&x, NULL);
	buf_init(&text, 0);
	buf_init(&first, 0);
	buf_init(&again, 0);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct opinia_scratch *fresh = opinia_scratch_new(x.a);

		cr_assert(fresh);
		buf_clear(&text);
		for (unsigned i = 0; i < WORDS; i++)
			put_word(&text, round * WORDS + i);
		json_of(&x, fresh, buf_sv(&text), round * WORDS, &first);
		json_of(&x, x.s, buf_sv(&text), round * WORDS, &again);
		cr_assert(sv_eq(buf_sv(&first), buf_sv(&again)), "round %u", round);
		opinia_scratch_free(fresh);
	}
	buf_release(&text);
	buf_release(&first);
	buf_release(&again);
	small_close(&x);
}
