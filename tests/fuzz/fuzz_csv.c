/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_csv.c: any bytes as a file to import, CSV or JSON Lines, up to checked records. What
 * must hold besides not crashing: every line is somewhere, and twice is the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/adapter.h"

/* A number that two runs over the same bytes must have in common. */
static uint64_t import_bytes(struct sv bytes)
{
	struct import_options o = { .dry_run = true };
	struct input in;
	struct source_config config = { .place = "fuzz", .options = &o, .input = &in };
	const struct adapter *a = NULL;
	struct source *s = NULL;
	struct batch b;
	struct err err = ERR_NONE;
	uint64_t sum = 0;

	if (input_of_bytes(&in, bytes, &err) == 0) {
		a = adapter_for_file(input_window(&in));
		if (a && a->open(&s, &config, &err))
			sum = (uint64_t)err.code;
	}
	input_close(&in);
	batch_init(&b);
	while (s) {
		batch_reset(&b);
		if (s->adapter->pull(s, (struct sv){ NULL, 0 }, &b, &err) || !b.count)
			break;
		for (size_t i = 0; i < b.count; i++) {
			if (record_check(&b.records[i], &err))
				abort();
			sum = sum * 31 + b.records[i].occurrence + b.records[i].comment.n;
		}
	}
	/* A log has several lines a record. */
	if (s && (a == &adapter_csv || a == &adapter_jsonl) &&
	    s->progress.rows != s->progress.records + s->progress.rejected)
		abort();
	sum = s ? sum * 31 + s->progress.rejected : sum;
	if (s)
		s->adapter->close(s);
	batch_release(&b);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv bytes = { (const char *)data, size };

	if (import_bytes(bytes) != import_bytes(bytes))
		abort();
	return 0;
}
