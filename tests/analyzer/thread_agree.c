/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_agree.c: many threads, one analyzer, the same bytes. A plain program, so that the
 * thread sanitizer can run it.
 */
#include <pthread.h>

#include "tests/analyzer/small.h"

enum { THREADS = 4, ROUNDS = 300 };

static const char *const texts[] = {
	"Nu e bun, a întârziat, dar au rezolvat. ana@b.ro 0722123456",
	"dostawa bardzo dobra, ale produkt zły :( 👍🏽",
	"halal, foarte bun! aștept de 5 zile",
	"\xE2\x82 suuuper zăău RO49AAAA1B31007593840000",
	"nu",
};

struct job {
	const struct opinia_analyzer *a;
	uint64_t sum;
	bool failed;
};

static void *work(void *ctx)
{
	struct job *job = ctx;
	struct opinia_scratch *s = opinia_scratch_new(job->a);
	struct arena arena;
	struct buf b;

	arena_init(&arena, 0);
	buf_init(&b, 0);
	for (int i = 0; s && i < ROUNDS; i++) {
		struct sv text = sv_of(texts[i % 5]);
		struct verdict v;

		job->failed |=
			opinia_analyze(job->a, s, text, SV(""), &arena, &v, NULL) != 0;
		buf_clear(&b);
		opinia_verdict_json(job->a, &v, SV("1"), &b);
		for (size_t k = 0; k < b.n; k++)
			job->sum = job->sum * 31 + (unsigned char)b.p[k];
		arena_reset(&arena);
	}
	job->failed |= !s || !buf_ok(&b);
	buf_release(&b);
	arena_release(&arena);
	opinia_scratch_free(s);
	return NULL;
}

int main(void)
{
	struct small x;
	pthread_t thread[THREADS];
	struct job job[THREADS];
	int bad = 0;

	small_open(&x, NULL);
	for (int i = 0; i < THREADS; i++) {
		job[i] = (struct job){ .a = x.a };
		if (pthread_create(&thread[i], NULL, work, &job[i]))
			return 2;
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		bad |= job[i].failed || job[i].sum != job[0].sum;
	}
	small_close(&x);
	puts(bad ? "threads disagree" : "all threads say the same");
	return bad;
}
