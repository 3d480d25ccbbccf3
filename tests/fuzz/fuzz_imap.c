/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_imap.c: any bytes as what an IMAP server says. What must hold besides not crashing: the
 * responses do not depend on how the bytes were cut into reads.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/imap_parse.h"

static uint64_t see(struct sv line)
{
	struct imap_response r;
	struct imap_fetched f;
	struct buf told, name;
	uint64_t sum = line.n;
	struct sv rest;
	uint32_t n;
	char c;

	if (imap_read(line, &r, NULL))
		return sum;
	buf_init(&told, 1 << 20);
	buf_init(&name, 1 << 20);
	if (!imap_fetched(&r, &f, NULL)) {
		sum = sum * 31 + f.uid + f.body.n + (uint64_t)f.arrived_at;
		imap_structure(f.structure, &told);
	}
	if (imap_listed(&r, &name, &c))
		imap_utf7(buf_sv(&name), &told);
	sum += imap_esearch(&r, "MIN", &n) ? n : 0;
	for (rest = r.rest; imap_number(&rest, &n);)
		sum = sum * 31 + n;
	sum = sum * 31 + told.n;
	buf_release(&told);
	buf_release(&name);
	return sum;
}

static uint64_t stream(struct sv bytes, size_t step)
{
	struct imap_frame f;
	struct sv line;
	uint64_t sum = 0;
	int rc = 0;

	imap_frame_init(&f);
	while (bytes.n && !rc) {
		struct sv piece = sv_sub(bytes, 0, step);
		char *room = imap_frame_room(&f);
		bool got = true;

		if (!room)
			break;
		memcpy(room, piece.p, piece.n);
		imap_frame_took(&f, piece.n);
		bytes = sv_sub(bytes, piece.n, bytes.n);
		while (!rc && got) {
			rc = imap_frame_next(&f, &line, &got, NULL);
			if (!rc && got)
				sum = sum * 31 + see(line);
		}
	}
	imap_frame_release(&f);
	return sum * 31 + (uint64_t)rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv bytes = { (const char *)data, size };

	if (stream(bytes, IMAP_READ) != stream(bytes, 7))
		abort();
	return 0;
}
