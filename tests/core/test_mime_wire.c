/* SPDX-License-Identifier: Apache-2.0 */
/* test_mime_wire.c: frames and their fields, whole, cut off, too long, and while being stopped. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "core/mime_wire.h"

Test(mime_wire, what_goes_in_comes_out)
{
	struct buf b, got;
	struct err err = ERR_NONE;
	enum mime_field field;
	struct sv rest, text;
	bool end;
	int p[2];

	cr_assert_eq(pipe(p), 0);
	buf_init(&b, 0);
	buf_init(&got, 0);
	mime_put(&b, MIME_SUBJECT, SV("Răspuns"));
	mime_put(&b, MIME_TEXT, SV(""));
	mime_put(&b, MIME_FROM, SV("ana@example.ro"));
	cr_assert_eq(mime_send(p[1], buf_sv(&b), &err), 0, "%s", err.text);
	cr_assert_eq(mime_send(p[1], SV(""), &err), 0);
	cr_assert_eq(mime_receive(p[0], &got, 1000, 1000, NULL, &end, &err), 0, "%s",
		     err.text);
	cr_expect(!end);
	rest = buf_sv(&got);
	cr_expect(mime_next(&rest, &field, &text) && field == MIME_SUBJECT &&
		  sv_eq(text, SV("Răspuns")));
	cr_expect(mime_next(&rest, &field, &text) && field == MIME_TEXT && !text.n);
	cr_expect(mime_next(&rest, &field, &text) && field == MIME_FROM);
	cr_expect(!mime_next(&rest, &field, &text));
	cr_assert_eq(mime_receive(p[0], &got, 1000, 1000, NULL, &end, &err), 0);
	cr_expect(end, "length 0 is the end");
	buf_release(&b);
	buf_release(&got);
	close(p[0]);
	close(p[1]);
}

Test(mime_wire, a_frame_that_is_wrong_is_told)
{
	static const struct {
		const char *bytes;
		size_t n;
		int rc;
		bool end;
	} rows[] = {
		{ "", 0, 0, true },			     /* gone */
		{ "\x05\0", 2, 0, true },		     /* gone in the length */
		{ "\x05\0\0\0abc", 7, 0, true },	     /* gone in the middle */
		{ "\xff\xff\xff\xff", 4, ERR_INPUT, false }, /* 4 GiB */
		{ "\x65\0\0\0", 4, ERR_INPUT, false },	     /* one more than allowed */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = ERR_NONE;
		struct buf got;
		bool end = false;
		int p[2];

		cr_assert_eq(pipe(p), 0);
		buf_init(&got, 0);
		cr_assert_eq(write(p[1], rows[i].bytes, rows[i].n), (ssize_t)rows[i].n);
		close(p[1]);
		cr_expect_eq(mime_receive(p[0], &got, 100, 1000, NULL, &end, &err),
			     rows[i].rc, "row %zu: %s", i, err.text);
		cr_expect_eq(end, rows[i].end, "row %zu", i);
		cr_expect_eq(got.n, 0u, "nothing half comes out");
		close(p[0]);
		buf_release(&got);
	}
}

Test(mime_wire, fields_that_run_over_the_end_are_none)
{
	struct sv rest = { "\x01\x09\0\0\0abc", 8 }, text;
	enum mime_field field;

	cr_expect(!mime_next(&rest, &field, &text));
	rest = (struct sv){ "\x01\x02", 2 };
	cr_expect(!mime_next(&rest, &field, &text));
}

Test(mime_wire, waiting_ends_by_time_and_by_cancel)
{
	struct err err = ERR_NONE;
	struct cancel c;
	struct buf got;
	bool end;
	int p[2];

	cr_assert_eq(pipe(p), 0);
	cr_assert_eq(cancel_init(&c, &err), 0);
	buf_init(&got, 0);
	cr_expect_eq(mime_receive(p[0], &got, 100, 20, &c, &end, &err), ERR_UNAVAILABLE);
	cr_expect(!cancel_asked(&c) && !cancel_sleep(&c, 1));
	cancel_ask(&c);
	cancel_ask(&c);
	cr_expect(cancel_sleep(&c, 60000), "a sleeper is woken at once");
	cr_expect_eq(mime_receive(p[0], &got, 100, 60000, &c, &end, &err), ERR_AGAIN);
	cancel_release(&c);
	buf_release(&got);
	close(p[0]);
	close(p[1]);
}
