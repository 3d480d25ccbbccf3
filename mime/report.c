/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c: delivery reports (RFC 3464) and receipts (RFC 8098), see walk.h. A mail that is only
 * late has not come back: it may still arrive.
 */
#include <string.h>

#include "mime/charset.h"
#include "mime/header.h"
#include "mime/walk.h"

enum { RECIPIENTS_MAX = 50, RETURNED_MAX = 50 };

struct report {
	char what[64]; /* "bounce: 5.1.1" */
	bool failed;
};

/* "rfc822; ana@example.ro": the address. */
static struct sv recipient(struct sv value)
{
	struct sv address = { NULL, 0 }, rest = value;

	sv_cut(&rest, ';');
	address_next(&rest, &address);
	return address;
}

static const char *fate(struct sv action, struct sv status)
{
	char kind = status.n ? status.p[0] : 0;

	if (sv_ieq(action, SV("failed")))
		return "bounce";
	if (sv_ieq(action, SV("delayed")) || kind == '4')
		return "delay";
	return kind == '5' ? "bounce" : "report";
}

/* The fields of one recipient. */
static void recipient_block(struct walk *w, struct sv block, struct report *r)
{
	struct sv action = header_find(block, "Action");
	struct sv status = header_find(block, "Status");
	struct sv to = recipient(header_find(block, "Final-Recipient"));
	struct sv first = recipient(header_find(block, "Original-Recipient"));
	const char *what = fate(action, status);
	bool failed = what[0] == 'b';

	if (!r->what[0] || (failed && !r->failed))
		snprintf(r->what, sizeof(r->what), "%s: " SV_FMT, what,
			 SV_ARG(sv_sub(status.n ? status : action, 0, 20)));
	r->failed |= failed;
	if (failed && to.n)
		field_put(w->out, MIME_BOUNCED_TO, to);
	if (failed && first.n && !sv_ieq(first, to))
		field_put(w->out, MIME_BOUNCED_TO, first);
}

static void status_part(struct walk *w, struct sv text, struct report *r)
{
	for (int i = 0; text.n && i < RECIPIENTS_MAX; i++) {
		struct sv block = header_block(text);

		if (header_has(block, "Final-Recipient") || header_has(block, "Action"))
			recipient_block(w, block, r);
		text = sv_sub(text, block.n, text.n);
		while (text.n && (text.p[0] == '\r' || text.p[0] == '\n'))
			text = sv_sub(text, 1, text.n);
	}
}

void returned_put(struct buf *out, struct sv header)
{
	static const char *const addresses[] = { "Reply-To", "From", "Return-Path",
						 "Sender", "To" };
	static const char *const ids[] = { "Message-ID", "References", "In-Reply-To" };
	struct sv rest, one;
	int n = 0;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		rest = header_find(header, ids[i]);
		while (n++ < RETURNED_MAX && id_next(&rest, &one))
			field_put(out, MIME_RETURNED, one);
	}
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		rest = header_find(header, addresses[i]);
		while (n++ < RETURNED_MAX && address_next(&rest, &one))
			field_put(out, MIME_RETURNED, one);
	}
}

static void returned_part(struct walk *w, GMimeObject *part)
{
	GMimeMessage *m =
		GMIME_IS_MESSAGE_PART(part)
			? g_mime_message_part_get_message(GMIME_MESSAGE_PART(part))
			: NULL;
	GByteArray *bytes = m ? NULL : walk_bytes(w, part);
	char *header = m ? g_mime_object_get_headers(GMIME_OBJECT(m), NULL) : NULL;

	if (header)
		returned_put(w->out, sv_of(header));
	if (bytes) {
		returned_put(w->out, header_block((struct sv){ (char *)bytes->data,
							       bytes->len }));
		g_byte_array_free(bytes, TRUE);
	}
	g_free(header);
}

static bool is_message(GMimeObject *part, const char *subtype)
{
	return g_mime_content_type_is_type(g_mime_object_get_content_type(part),
					   "message", subtype);
}

static void report_part(struct walk *w, GMimeObject *part, struct report *r)
{
	GByteArray *bytes;

	if (GMIME_IS_MESSAGE_PART(part) ||
	    g_mime_content_type_is_type(g_mime_object_get_content_type(part), "text",
					"rfc822-headers")) {
		returned_part(w, part);
	} else if (is_message(part, "delivery-status") ||
		   is_message(part, "global-delivery-status")) {
		bytes = walk_bytes(w, part);
		if (bytes) {
			status_part(w, (struct sv){ (char *)bytes->data, bytes->len }, r);
			g_byte_array_free(bytes, TRUE);
		}
	} else if (is_message(part, "disposition-notification") && !r->what[0]) {
		snprintf(r->what, sizeof(r->what), "receipt: disposition-notification");
	}
}

bool walk_report(struct walk *w, GMimeObject *top)
{
	struct report r = { .what = "" };
	GMimeMultipart *m;

	if (!GMIME_IS_MULTIPART(top) ||
	    !g_mime_content_type_is_type(g_mime_object_get_content_type(top), "multipart",
					 "report"))
		return false;
	m = GMIME_MULTIPART(top);
	for (int i = 0; i < g_mime_multipart_get_count(m) && i < 16; i++)
		report_part(w, g_mime_multipart_get_part(m, i), &r);
	if (r.what[0])
		field_put(w->out, MIME_MACHINE, sv_of(r.what));
	return r.what[0] != 0;
}
