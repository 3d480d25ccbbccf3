/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aside_blank.c: entries of rejected rows (aside.h) that are an erased person's, overwritten where
 * they lie.
 *
 * An entry goes from a remark with its time to the next one. What is overwritten becomes x but for
 * its line ends, so the file stays one of entries and nobody who appends to it is disturbed.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/opinia_collector.h"

enum { PHONE_DIGITS = 9, REMARK_TIME = 13 };

/* ---- does it stand there? ------------------------------------------------------------------ */

static bool word_byte(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 128;
}

static bool same_here(const char *at, struct sv what)
{
	for (size_t i = 0; i < what.n; i++)
		if (tolower((unsigned char)at[i]) != tolower((unsigned char)what.p[i]))
			return false;
	return true;
}

static bool has_word(struct sv text, struct sv what)
{
	for (size_t i = 0; what.n && i + what.n <= text.n; i++)
		if (same_here(text.p + i, what) && (!i || !word_byte(text.p[i - 1])) &&
		    (i + what.n == text.n || !word_byte(text.p[i + what.n])))
			return true;
	return false;
}

/* What stands right before the nine digits at @at: nothing, 0, or the country with or without 00. */
static bool prefix_fits(struct sv text, size_t at, struct sv country)
{
	size_t from = at;
	struct sv before;

	while (from && isdigit((unsigned char)text.p[from - 1]))
		from--;
	before = sv_sub(text, from, at - from);
	if (!before.n || sv_eq(before, SV("0")))
		return true;
	if (sv_starts(before, SV("00")))
		before = sv_sub(before, 2, before.n);
	return sv_eq(before, country);
}

/* Its last nine digits in a row, with what people put between them. */
static bool has_phone(struct sv text, struct sv digits)
{
	size_t place[PHONE_DIGITS], n = 0;
	struct sv nine, country;

	if (digits.n < PHONE_DIGITS)
		return has_word(text, digits);
	country = sv_sub(digits, 0, digits.n - PHONE_DIGITS);
	nine = sv_sub(digits, country.n, PHONE_DIGITS);
	for (size_t i = 0; i < text.n; i++) {
		bool fits = true;

		if (!isdigit((unsigned char)text.p[i])) {
			n = text.p[i] && strchr(" -./()", text.p[i]) ? n : 0;
			continue;
		}
		place[n++ % PHONE_DIGITS] = i;
		for (size_t k = 0; fits && k < PHONE_DIGITS; k++)
			fits = n >= PHONE_DIGITS &&
			       text.p[place[(n + k) % PHONE_DIGITS]] == nine.p[k];
		if (fits && prefix_fits(text, place[n % PHONE_DIGITS], country) &&
		    (i + 1 == text.n || !isdigit((unsigned char)text.p[i + 1])))
			return true;
	}
	return false;
}

static bool stands_in(struct sv text, const struct opinia_trace *traces, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (traces[i].phone ? has_phone(text, traces[i].text)
				    : has_word(text, traces[i].text))
			return true;
	return false;
}

/* ---- as it was meant ----------------------------------------------------------------------- */

static bool hex_at(struct sv text, size_t at, size_t digits, uint32_t *out)
{
	*out = 0;
	if (text.n < at + digits)
		return false;
	for (size_t i = at; i < at + digits; i++) {
		char c = text.p[i];

		if (!isxdigit((unsigned char)c))
			return false;
		*out = *out << 4 | (uint32_t)(c <= '9' ? c - '0' : (c & 15) + 9);
	}
	return true;
}

static size_t put_utf8(char *out, uint32_t c)
{
	size_t n = 0;

	if (c < 0x80) {
		out[n++] = (char)c;
	} else if (c < 0x800) {
		out[n++] = (char)(0xc0 | c >> 6);
		out[n++] = (char)(0x80 | (c & 63));
	} else {
		out[n++] = (char)(0xe0 | c >> 12);
		out[n++] = (char)(0x80 | (c >> 6 & 63));
		out[n++] = (char)(0x80 | (c & 63));
	}
	return n;
}

/* Blanks and dashes of other widths as the plain ones; returns what is left of @n bytes. */
static size_t plain_blanks(char *p, size_t n)
{
	static const struct {
		struct sv is;
		char to;
	} wide[] = {
		{ SV_INIT("\xc2\xa0"), ' ' },	  { SV_INIT("\xe2\x80\x87"), ' ' },
		{ SV_INIT("\xe2\x80\x89"), ' ' }, { SV_INIT("\xe2\x80\xaf"), ' ' },
		{ SV_INIT("\xe2\x80\x90"), '-' }, { SV_INIT("\xe2\x80\x91"), '-' },
		{ SV_INIT("\xe2\x80\x93"), '-' },
	};
	size_t to = 0, w;

	for (size_t i = 0; i < n;) {
		for (w = 0; w < sizeof(wide) / sizeof(wide[0]); w++)
			if (sv_starts((struct sv){ p + i, n - i }, wide[w].is))
				break;
		if (w < sizeof(wide) / sizeof(wide[0])) {
			p[to++] = wide[w].to;
			i += wide[w].is.n;
		} else {
			p[to++] = p[i++];
		}
	}
	return to;
}

/* Without what JSON, forms and URLs write for a character: a row is kept as it came. */
static size_t unescape(struct sv text, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n;) {
		struct sv rest = sv_sub(text, i, text.n - i);
		uint32_t c;

		if (sv_starts(rest, SV("\\u")) && hex_at(rest, 2, 4, &c)) {
			n += put_utf8(out + n, c);
			i += 6;
		} else if (rest.p[0] == '%' && hex_at(rest, 1, 2, &c)) {
			out[n++] = (char)c;
			i += 3;
		} else if (rest.p[0] == '\\' && rest.n > 1 &&
			   strchr("/\"\\", rest.p[1])) {
			out[n++] = rest.p[1];
			i += 2;
		} else {
			out[n++] = text.p[i++];
		}
	}
	return plain_blanks(out, n);
}

static int is_theirs(struct sv entry, const struct opinia_trace *traces, size_t count,
		     bool *theirs, struct err *err)
{
	char *plain;

	*theirs = stands_in(entry, traces, count);
	if (*theirs)
		return 0;
	plain = malloc(entry.n + 1);
	if (!plain)
		return err_set(err, ERR_SYSTEM, "out of memory");
	*theirs = stands_in((struct sv){ plain, unescape(entry, plain) }, traces, count);
	free(plain);
	return 0;
}

/* ---- one file ------------------------------------------------------------------------------ */

/* "# 2026-11-21T…": nothing else that a row may hold is taken for a remark. */
static bool remark_at(struct sv text, size_t at)
{
	static const char like[] = "# dddd-dd-ddT";

	if (text.n - at < sizeof(like) - 1 || (at && text.p[at - 1] != '\n'))
		return false;
	for (size_t i = 0; like[i]; i++) {
		char c = text.p[at + i];

		if (like[i] == 'd' ? c < '0' || c > '9' : c != like[i])
			return false;
	}
	return true;
}

static size_t entry_end(struct sv text, size_t from)
{
	for (size_t at = from + 1; at < text.n; at++)
		if (text.p[at] == '#' && remark_at(text, at))
			return at;
	return text.n;
}

/* Over the bytes of an entry, behind the time of its remark. */
static bool overwrite(int fd, struct sv entry, size_t at)
{
	size_t keep = entry.n > REMARK_TIME ? REMARK_TIME : 0;
	char *x = malloc(entry.n + 1);
	bool good = x != NULL;

	for (size_t i = keep; good && i < entry.n; i++)
		x[i] = entry.p[i] == '\n' ? '\n' : 'x';
	for (size_t did = keep; good && did < entry.n;) {
		ssize_t n = pwrite(fd, x + did, entry.n - did, (off_t)(at + did));

		good = n > 0 || (n < 0 && errno == EINTR);
		did += n > 0 ? (size_t)n : 0;
	}
	free(x);
	return good;
}

static int blank_text(int fd, const char *path, struct sv text,
		      const struct opinia_trace *traces, size_t count, uint64_t *blanked,
		      struct err *err)
{
	uint64_t before = *blanked;
	int rc;

	for (size_t at = 0, end; at < text.n; at = end) {
		struct sv entry;
		bool theirs;

		end = entry_end(text, at);
		entry = sv_sub(text, at, end - at);
		rc = is_theirs(entry, traces, count, &theirs, err);
		if (rc)
			return rc;
		if (!theirs)
			continue;
		if (!overwrite(fd, entry, at))
			return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
		++*blanked;
	}
	if (*blanked != before && fsync(fd))
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	return 0;
}

static int blank_file(const char *path, const struct opinia_trace *traces, size_t count,
		      uint64_t *blanked, struct err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW), rc = 0;
	struct stat st;
	void *map;

	if (fd < 0 || fstat(fd, &st)) {
		rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	} else if (S_ISREG(st.st_mode) && st.st_size > 0) {
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
		if (map == MAP_FAILED) {
			rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
		} else {
			rc = blank_text(fd, path, (struct sv){ map, (size_t)st.st_size },
					traces, count, blanked, err);
			munmap(map, (size_t)st.st_size);
		}
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

int opinia_rejected_blank(const char *dir, const struct opinia_trace *traces,
			  size_t count, uint64_t *blanked, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int rc = 0;

	*blanked = 0;
	if (!d && errno == ENOENT)
		return 0;
	if (!d)
		return err_set(err, ERR_SYSTEM, "%s: %s", dir, strerror(errno));
	while (!rc && (e = readdir(d))) {
		char *path;

		if (e->d_name[0] == '.' || !strstr(e->d_name, ".rejected"))
			continue;
		if (asprintf(&path, "%s/%s", dir, e->d_name) < 0) {
			rc = err_set(err, ERR_SYSTEM, "out of memory");
			break;
		}
		rc = blank_file(path, traces, count, blanked, err);
		free(path);
	}
	closedir(d);
	return rc;
}
