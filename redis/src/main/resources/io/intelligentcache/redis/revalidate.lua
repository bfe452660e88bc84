-- KEYS[1] the name, ARGV[1] the eight bytes of a version. Answers '' if the value with that version is
-- there, nothing if there is no value, else what is there.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, 19)
if stored == '' then
  return false
end
local high, _, tombstone = header(stored)
if high and string.byte(stored, 2) == 86 and string.sub(stored, 9, 16) == ARGV[1] then
  return ''
end
if tombstone then
  return false
end
return redis.call('GET', KEYS[1])
