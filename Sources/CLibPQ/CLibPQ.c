#include "CLibPQ.h"

#include <dlfcn.h>

/* libpq brings OpenSSL, Kerberos and LDAP: only who keeps state on a server waits for them. It is loaded by `clibpq_load`. */

#ifdef __APPLE__
#define LIBRARY "libpq.5.dylib"
#else
#define LIBRARY "libpq.so.5"
#endif

/* What we call of it: name, result, parameters, arguments. */
#define FUNCTIONS(F) \
    F(PQconninfoParse, PQconninfoOption *, (const char *text, char **error), (text, error)) \
    F(PQconninfo, PQconninfoOption *, (PGconn *connection), (connection)) \
    F(PQconnectStartParams, PGconn *, (const char *const *keywords, const char *const *values, int expand), \
      (keywords, values, expand)) \
    F(PQconnectdbParams, PGconn *, (const char *const *keywords, const char *const *values, int expand), \
      (keywords, values, expand)) \
    F(PQstatus, ConnStatusType, (const PGconn *connection), (connection)) \
    F(PQerrorMessage, char *, (const PGconn *connection), (connection)) \
    F(PQparameterStatus, const char *, (const PGconn *connection, const char *name), (connection, name)) \
    F(PQsocket, int, (const PGconn *connection), (connection)) \
    F(PQsetnonblocking, int, (PGconn *connection, int flag), (connection, flag)) \
    F(PQsendQuery, int, (PGconn *connection, const char *query), (connection, query)) \
    F(PQsendQueryParams, int, \
      (PGconn *connection, const char *query, int count, const Oid *types, const char *const *values, \
       const int *lengths, const int *formats, int format), \
      (connection, query, count, types, values, lengths, formats, format)) \
    F(PQsetSingleRowMode, int, (PGconn *connection), (connection)) \
    F(PQflush, int, (PGconn *connection), (connection)) \
    F(PQconsumeInput, int, (PGconn *connection), (connection)) \
    F(PQisBusy, int, (PGconn *connection), (connection)) \
    F(PQgetResult, PGresult *, (PGconn *connection), (connection)) \
    F(PQresultStatus, ExecStatusType, (const PGresult *result), (result)) \
    F(PQresultErrorField, char *, (const PGresult *result, int field), (result, field)) \
    F(PQresultErrorMessage, char *, (const PGresult *result), (result)) \
    F(PQntuples, int, (const PGresult *result), (result)) \
    F(PQgetvalue, char *, (const PGresult *result, int row, int column), (result, row, column)) \
    F(PQgetlength, int, (const PGresult *result, int row, int column), (result, row, column)) \
    F(PQgetisnull, int, (const PGresult *result, int row, int column), (result, row, column)) \
    F(PQsetNoticeReceiver, PQnoticeReceiver, (PGconn *connection, PQnoticeReceiver receiver, void *context), \
      (connection, receiver, context)) \
    F(PQconninfoFree, void, (PQconninfoOption *options), (options)) \
    F(PQfreemem, void, (void *memory), (memory)) \
    F(PQfinish, void, (PGconn *connection), (connection)) \
    F(PQclear, void, (PGresult *result), (result))

/* Under libpq's own names, but for this program alone: libpq must not find them in place of its own. */
#define DEFINE(name, result, parameters, arguments) \
    static result(*loaded_##name) parameters; \
    __attribute__((visibility("hidden"))) result name parameters { return loaded_##name arguments; }
FUNCTIONS(DEFINE)

int clibpq_load(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) return 0;
    int missing = 0;
#define LOAD(name, ...) missing |= !(*(void **)&loaded_##name = dlsym(library, #name));
    FUNCTIONS(LOAD)
    return !missing;
}

static void ignore(void *context, const PGresult *notice) {
    (void)context;
    (void)notice;
}

void clibpq_silence(PGconn *connection) { PQsetNoticeReceiver(connection, ignore, 0); }
