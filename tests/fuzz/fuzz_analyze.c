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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const hints[] = { "", "ro", "pl", "xx" };
	static struct small x;
	struct sv text = { (const char *)data, size };
	const struct opinia_word *w;
	struct verdict v;
	struct buf b;
	size_t n, at = 0;

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
	buf_init(&b, 0);
	opinia_verdict_json(x.a, &v, SV("1"), &b);
	show_comment(text, &v, SHOW_RAW, &b);
	must(buf_ok(&b));
	buf_release(&b);
	at = 0;
	if (!opinia_words(x.a, x.s, text, 2, &w, &n, &x.err))
		for (size_t i = 0; i < n; i++) {
			must(w[i].span.start >= at && w[i].span.end <= size &&
			     w[i].folded.n);
			at = w[i].span.end;
		}
	arena_reset(&x.arena);
	return 0;
}
