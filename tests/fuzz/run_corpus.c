/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_corpus.c: gives every file of a folder to a fuzz target, so that what a fuzzer once found
 * is tried by the ordinary tests, with any compiler. Each file is also given cut in half and
 * with one byte turned, which costs nothing and has found things before.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLIPS = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_bytes(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1); /* exact end: an overrun is seen by ASan */

	if (!copy)
		abort();
	copy = realloc(copy, size ? size : 1);
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	LLVMFuzzerTestOneInput(copy, size / 2);
	for (size_t i = 0; i < size && i < FLIPS; i++) {
		copy[i] ^= 0x41;
		LLVMFuzzerTestOneInput(copy, size);
		copy[i] ^= 0x41;
	}
	free(copy);
}

static int try_file(const char *dir, const char *name)
{
	static uint8_t bytes[1 << 20];
	char path[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f)
		return 0;
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	try_bytes(bytes, n);
	return 1;
}

int main(int argc, char **argv)
{
	int tried = 0;
	struct dirent *e;
	DIR *d = argc == 2 ? opendir(argv[1]) : NULL;

	if (!d) {
		fprintf(stderr, "no corpus: %s\n", argc == 2 ? argv[1] : "(none given)");
		return 1;
	}
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			tried += try_file(argv[1], e->d_name);
	closedir(d);
	printf("%d inputs of %s\n", tried, argv[1]);
	return tried ? 0 : 1; /* an empty corpus tests nothing */
}
