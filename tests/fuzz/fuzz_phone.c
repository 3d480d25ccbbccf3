/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_phone.c: any bytes as a queue_log, call records, the state in a cursor, a transcript, and
 * any JSON with its leaves. What must hold besides not crashing: records are good ones, twice is
 * the same, and a state that was read is written as it was understood.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/adapter.h"
#include "collector/calls.h"
#include "collector/json_leaves.h"
#include "collector/transcript.h"

static uint64_t import_bytes(const struct adapter *a, struct sv bytes)
{
	struct import_options o = { .dry_run = true };
	struct input in;
	struct source_config config = { .place = "fuzz", .options = &o, .input = &in };
	struct source *s = NULL;
	struct batch b;
	struct err err = ERR_NONE;
	uint64_t sum = 0;

	if (input_of_bytes(&in, bytes, &err) || a->open(&s, &config, &err))
		sum = 1;
	input_close(&in);
	batch_init(&b);
	while (s) {
		batch_reset(&b);
		if (a->pull(s, (struct sv){ NULL, 0 }, &b, &err) || !b.count)
			break;
		for (size_t i = 0; i < b.count; i++) {
			if (record_check(&b.records[i], &err))
				abort();
			sum = sum * 31 + b.records[i].external_id.n +
			      b.records[i].score_count;
		}
	}
	if (s) {
		sum = sum * 31 + s->progress.rejected;
		a->close(s);
	}
	batch_release(&b);
	return sum;
}

static void state(struct sv bytes)
{
	struct calls one, two;
	struct buf once, twice;

	if (!calls_init(&one) || !calls_init(&two))
		abort();
	buf_init(&once, 0);
	buf_init(&twice, 0);
	if (calls_read(&one, bytes)) {
		calls_write(&one, &once);
		if (!calls_read(&two, buf_sv(&once)))
			abort();
		calls_write(&two, &twice);
		if (!sv_eq(buf_sv(&once), buf_sv(&twice)))
			abort();
	}
	buf_release(&once);
	buf_release(&twice);
	calls_release(&one);
	calls_release(&two);
}

static void leaf(void *self, struct sv path, struct sv value)
{
	if (path.n >= JSON_LEAF_PATH)
		abort();
	*(size_t *)self += value.n;
}

static void words(struct sv bytes, struct sv speakers)
{
	struct transcript t = { .doubted = 0 };
	struct err err = ERR_NONE;
	struct arena a;
	size_t sum = 0;

	arena_init(&a, 64 << 20);
	buf_init(&t.text, 0);
	if (transcript_read(bytes, speakers, &a, &t, &err) > ERR_INPUT)
		abort();
	json_leaves(bytes, &a, leaf, &sum, &err);
	buf_release(&t.text);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv bytes = { (const char *)data + 1, size - 1 };
	const struct adapter *a;

	if (!size)
		return 0;
	switch (data[0] % 4) {
	case 0:
	case 1:
		a = data[0] % 4 ? &adapter_asterisk_cdr : &adapter_asterisk_queue;
		if (import_bytes(a, bytes) != import_bytes(a, bytes))
			abort();
		break;
	case 2:
		state(bytes);
		break;
	default:
		words(bytes, data[0] & 4 ? SV("Client|Klient") : SV(""));
	}
	return 0;
}
