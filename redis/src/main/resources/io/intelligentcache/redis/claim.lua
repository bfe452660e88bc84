-- KEYS[1] the name, ARGV[1] sixteen bytes that only the caller has, the first eight of them its instance's,
-- ARGV[2] milliseconds that the lease is to last, ARGV[3] the last byte of a value to answer. Answers '' (it is the caller's), 'H' (another instance
-- holds it), or the value that is there. One that the same instance holds is a left-over: what was to give
-- it back was lost with its connection.
-- What the record under the name stood for goes on in the lease: a tombstone goes on refusing what is
-- older, and who has a copy of a value that has expired can see that nobody has changed it.
local LONGEST_LEASE = 600000 -- unless the caller's is longer
local stored = redis.pcall('GETRANGE', KEYS[1], 0, 51)
local high, low, kind = header(stored)
local now = millis()
if live(stored, kind) then
  return redis.call('GETRANGE', KEYS[1], 0, ARGV[3])
end
if kind == LEASE and #stored == 44
  and string.sub(stored, 29, 36) ~= string.sub(ARGV[1], 1, 8) then
  -- One that ends later than any would is of a clock that has been set back since.
  local left = number(stored, 21) - now
  if left > 0 and left <= math.max(LONGEST_LEASE, tonumber(ARGV[2])) then
    return 'H'
  end
end
local of = kind == LEASE and string.byte(stored, 3) or kind or 0
local version = high and string.sub(stored, 9, 20) or struct.pack('>I4I4I4', 0, 1, 0x49434D33)
local ends = now + tonumber(ARGV[2])
local record = string.char(0xC2, LEASE, of, 0)
  .. '\0\0\0\0'
  .. version
  .. struct.pack('>I4I4', math.floor(ends / 4294967296), ends % 4294967296)
  .. ARGV[1]
local left = redis.call('PTTL', KEYS[1])
redis.call('SET', KEYS[1], record, 'PX', math.max(tonumber(ARGV[2]), left))
return ''
