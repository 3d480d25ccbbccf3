/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_xlsx.c: any bytes as a workbook. The first byte says how: 0 is an archive as it is, any
 * other makes one whose sheet (odd) or whose shared texts and styles (even) are the rest, so
 * that the XML is reached without a fuzzer having to learn to pack.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "collector/adapter.h"

static const char
	book[] = "<workbook xmlns:r=\"r\"><sheet name=\"a\" r:id=\"r1\"/></workbook>",
	links[] = "<R><Relationship Id=\"r1\" Type=\"x/worksheet\" "
		  "Target=\"s.xml\"/></R>",
	sheet[] = "<s><row><c t=\"s\"><v>0</v></c><c t=\"str\"><v>nota</v></c></row>"
		  "<row><c t=\"s\" s=\"1\"><v>1</v></c><c><v>4</v></c></row></s>",
	texts[] = "<sst><si><t>komentarz</t></si><si><t>dobrze</t></si></sst>";

static void add(zip_t *z, const char *name, struct sv text)
{
	zip_source_t *s = zip_source_buffer(z, text.p, text.n, 0);

	if (!s || zip_file_add(z, name, s, 0) < 0)
		abort();
	zip_set_file_compression(z, (zip_uint64_t)zip_get_num_entries(z, 0) - 1,
				 ZIP_CM_STORE, 0);
}

static size_t pack(uint8_t how, struct sv xml, char *out, size_t room)
{
	zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *z = to ? zip_open_from_source(to, ZIP_CREATE | ZIP_TRUNCATE, NULL) : NULL;
	zip_int64_t n;

	if (!z)
		abort();
	zip_source_keep(to);
	add(z, "xl/workbook.xml", how == 3 ? xml : sv_of(book));
	add(z, "xl/_rels/workbook.xml.rels", how == 5 ? xml : sv_of(links));
	add(z, "xl/s.xml",
	    how % 2 ? (how > 5 || how == 1 ? xml : sv_of(sheet)) : sv_of(sheet));
	add(z, "xl/sharedStrings.xml", how % 4 == 2 ? xml : sv_of(texts));
	add(z, "xl/styles.xml", how % 4 == 0 ? xml : sv_of("<s/>"));
	if (zip_close(z) || zip_source_open(to))
		abort();
	n = zip_source_read(to, out, room);
	zip_source_close(to);
	zip_source_free(to);
	return n > 0 ? (size_t)n : 0;
}

/* A number that two runs over the same bytes must have in common. */
static uint64_t import_bytes(struct sv bytes)
{
	struct import_options o = { .dry_run = true };
	struct input in;
	struct source_config config = { .place = "fuzz", .options = &o, .input = &in };
	struct source *s = NULL;
	struct batch b;
	struct err err = ERR_NONE;
	uint64_t sum = 0;

	if (input_of_bytes(&in, bytes, &err) == 0 && adapter_xlsx.open(&s, &config, &err))
		sum = (uint64_t)err.code;
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
	if (s && s->progress.rows != s->progress.records + s->progress.rejected)
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
	static char packed[2 << 20];
	struct sv bytes = { (const char *)data + 1, size - 1 };

	if (!size || size > 1 << 20)
		return 0;
	if (data[0])
		bytes = (struct sv){ packed,
				     pack(data[0], bytes, packed, sizeof(packed)) };
	if (import_bytes(bytes) != import_bytes(bytes))
		abort();
	return 0;
}
