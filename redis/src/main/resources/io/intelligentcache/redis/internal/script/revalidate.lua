-- Reads a value, unless the caller has the same version of it.
-- KEYS[1]  the name of the key
-- ARGV[1]  the 16 bytes of the version that the caller has
-- ARGV[2]  the last byte of a value to answer, counted from 0
-- Answers '' if the value of that version is there, or if it is only being reloaded; nothing if there is no value;
-- otherwise the bytes that are there.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, 31)
if stored == '' then
  return false
end
local high, _, kind = header(stored)
local of = kind == LEASE and string.byte(stored, 3) or kind
if high and of == VALUE
  and string.sub(stored, 9, 16) == string.sub(ARGV[1], 1, 8)
  and string.sub(stored, 25, 32) == string.sub(ARGV[1], 9, 16) then
  return ''
end
if kind == TOMBSTONE or kind == LEASE then
  return false
end
return redis.pcall('GETRANGE', KEYS[1], 0, ARGV[2])
