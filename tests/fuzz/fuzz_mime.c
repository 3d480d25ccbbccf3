/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_mime.c: any bytes as a mail, up to the fields of the answer. What must hold besides not
 * crashing: there is an answer, it can be walked to its end, and all of it is clean text.
 */
#include <stdlib.h>
#include <string.h>

#include "core/mime_wire.h"
#include "core/utf8.h"
#include "mime/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool begun;
	struct buf answer;
	struct sv rest, text;
	enum mime_field field;
	size_t fields = 0;

	if (!begun)
		mime_begin();
	begun = true;
	buf_init(&answer, 0);
	mime_answer((struct sv){ (const char *)data, size }, &answer);
	rest = buf_sv(&answer);
	while (mime_next(&rest, &field, &text)) {
		if (!utf8_valid(text) || (text.n && memchr(text.p, 0, text.n)))
			abort();
		if (field < MIME_ERROR || field > MIME_LANGUAGE)
			abort();
		fields++;
	}
	if (rest.n || !fields || answer.n > MIME_ANSWER_MAX)
		abort();
	buf_release(&answer);
	return 0;
}
