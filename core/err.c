/* SPDX-License-Identifier: Apache-2.0 */
/* err.c: see err.h. The cause is the part that must survive, so places yield to it. */
#include "core/err.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return (int)code;
	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), gettext(fmt), ap);
	va_end(ap);
	return (int)code;
}

int err_at(struct err *err, const char *fmt, ...)
{
	char place[sizeof(err->text)];
	va_list ap;
	size_t cause, room, len;

	if (!err)
		return ERR_BUG;
	va_start(ap, fmt);
	vsnprintf(place, sizeof(place), gettext(fmt), ap);
	va_end(ap);
	cause = strlen(err->text);
	room = sizeof(err->text) - 1 - cause;
	len = strlen(place);
	if (len + 2 > room)
		return (int)err->code;
	memmove(err->text + len + 2, err->text, cause + 1);
	memcpy(err->text, place, len);
	memcpy(err->text + len, ": ", 2);
	return (int)err->code;
}

int err_exit(enum err_code code)
{
	if (code == ERR_CONFIG)
		return ERR_USAGE;
	return code == ERR_SYSTEM ? ERR_AGAIN : (int)code;
}
