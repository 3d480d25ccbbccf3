/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tail_files.h: which files of a folder are one log: the live one and those it was rotated to
 * (NAME.1, NAME-20261121, NAME.0, STEM-20261121.EXT), in the order they were written last. Names
 * say nothing about age: some tools count up, some down.
 */
#ifndef OPINIA_COLLECTOR_TAIL_FILES_H
#define OPINIA_COLLECTOR_TAIL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"

enum { TAIL_FILES_MAX = 1024, TAIL_NAME_MAX = 256, TAIL_PROOF = 512 };

struct tail_file {
	char name[TAIL_NAME_MAX];
	dev_t dev;
	ino_t ino;
	int64_t written_ns;
	uint64_t size;
	bool live;
};

struct tail_files {
	struct tail_file *at; /* oldest first, the live one last */
	size_t count;
};

/* The bytes of a file's first line, TAIL_PROOF at most: what it is recognised by. n 0: unknown. */
struct tail_proof {
	uint64_t hash;
	uint32_t n;
};

/* ERR_SYSTEM: the folder is not readable. Compressed files are not among them. */
int tail_files_list(struct tail_files *out, const char *dir, const char *base,
		    struct err *err);
void tail_files_release(struct tail_files *f);

struct tail_proof tail_proof_of(const char *line, size_t n);
/* Does what is open as @fd begin so? An unknown proof fits everything. */
bool tail_proof_fits(struct tail_proof proof, int fd);

#endif
