/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_table.c: a compiled table in which bytes were changed by somebody who can seal it again.
 * It is refused, or everything that reads it stays inside it. Five bytes of input change one:
 * place, place, place, which of eight, value. The file is in memory only.
 */
#include <sys/mman.h>

#include "analyzer/table.h"
#include "tests/analyzer/small.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TABLE_MOST = 8 << 20 };

/* The table of small.h, made once. */
static size_t make_good(unsigned char *good)
{
	struct small x;
	size_t n;
	FILE *f;

	small_files(&x, NULL);
	if (small_compile(&x) || !(f = fopen(x.table, "rb")))
		abort();
	n = fread(good, 1, TABLE_MOST, f);
	fclose(f);
	small_close(&x);
	return n;
}

static void ask(const char *path)
{
	static const char *const texts[] = {
		"Nu e rău, foarte bun dar scump :) 👍🏽 îîî aștept 5 zile",
		"minunxt, problmea e ca nu merge; czekałem dwa dni na paczke",
		"the food was cold, iar ospătarul ne-a ignorat",
	};
	struct err err = ERR_NONE;
	struct opinia_analyzer *a;
	struct opinia_scratch *s;
	struct arena arena;

	if (opinia_analyzer_open(&a, path, &err))
		return;
	s = opinia_scratch_new(a);
	arena_init(&arena, 0);
	for (size_t i = 0; s && i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct opinia_word *w;
		struct verdict v;
		struct buf b;
		size_t n;

		if (opinia_analyze(a, s, sv_of(texts[i]), SV("ro"), &arena, &v, &err))
			continue;
		buf_init(&b, 0);
		opinia_verdict_json(a, &v, SV("1"), &b);
		buf_release(&b);
		if (!opinia_words(a, s, sv_of(texts[i]), 1, &w, &n, &err))
			arena_reset(&arena);
	}
	arena_release(&arena);
	opinia_scratch_free(s);
	opinia_analyzer_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char good[TABLE_MOST], bad[TABLE_MOST];
	static size_t n;
	struct table_header *h = (struct table_header *)(void *)bad;
	char path[64];
	int fd;

	if (!n)
		n = make_good(good);
	memcpy(bad, good, n);
	for (; size >= 5; data += 5, size -= 5)
		bad[((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) * 8 % n +
		    data[3] % 8] ^= data[4];
	h->seal = table_seal(bad, n);
	fd = memfd_create("table", 0);
	if (fd < 0 || write(fd, bad, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ask(path);
	close(fd);
	return 0;
}
