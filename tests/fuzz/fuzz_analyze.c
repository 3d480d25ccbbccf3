/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_analyze.c: any bytes are a comment; spans stay inside it and in order. */
#include "core/show.h"
#include "tests/analyzer/small.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Copies of what was read with the verdict: the views do not outlive the next text. */
static struct word *words_read(struct small *x, size_t *count)
{
	struct word *w = opinia_words_read(x->s, &x->arena, count);

	must(w);
	for (size_t i = 0; i < *count; i++) {
		must(arena_copy(&x->arena, w[i].folded, &w[i].folded));
		if (w[i].stem.p)
			w[i].stem = w[i].folded;
	}
	return w;
}

/* They are the words that are found alone. */
static void same_words(const struct small *x, const struct word *read,
		       const struct opinia_word *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		must(read[i].place == i && read[i].span.start == w[i].span.start &&
		     read[i].span.end == w[i].span.end &&
		     sv_eq(read[i].folded, w[i].folded));
		must(sv_eq(read[i].stem.p ? read[i].stem
					  : opinia_stem_for_search(x->a, x->s, 2,
								   read[i].folded),
			   w[i].stem));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const hints[] = { "", "ro", "pl", "xx" };
	static struct small x;
	struct sv text = { (const char *)data, size };
	const struct opinia_word *w;
	struct verdict v;
	struct buf b;
	struct word *read;
	size_t n, count, at = 0;

	if (!x.a)
		small_open(&x, NULL);
	if (opinia_analyze(x.a, x.s, text, sv_of(hints[size % 4]), &x.arena, &v, &x.err))
		return 0;
	for (uint16_t i = 0; i < v.evidence_count; i++)
		must(v.evidence[i].span.start <= v.evidence[i].span.end &&
		     v.evidence[i].span.end <= size);
	for (uint16_t i = 0; i < v.pii_count; i++) {
		must(v.pii[i].span.start >= at && v.pii[i].span.end <= size);
		at = v.pii[i].span.end;
	}
	must(v.score >= -1000 && v.score <= 1000 && v.conf >= 0 && v.conf <= 1000);
	read = words_read(&x, &count);
	buf_init(&b, 0);
	opinia_verdict_json(x.a, &v, SV("1"), &b);
	show_comment(text, &v, SHOW_RAW, &b);
	must(buf_ok(&b));
	buf_release(&b);
	at = 0;
	if (!opinia_words(x.a, x.s, text, 2, &w, &n, &x.err)) {
		must(count == n || !size); /* an empty one was not read */
		same_words(&x, read, w, size ? n : 0);
		for (size_t i = 0; i < n; i++) {
			must(w[i].span.start >= at && w[i].span.end <= size &&
			     w[i].folded.n);
			at = w[i].span.end;
		}
	}
	arena_reset(&x.arena);
	return 0;
}
