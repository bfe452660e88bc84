-- KEYS the names, ARGV[1] the eight bytes of a version, ARGV[2] where to publish changes, if anywhere. Unlinks what is not newer; leaves tombstones,
-- which are no entries and still have writes to refuse. A lease is taken from its holder, and goes on
-- refusing what the tombstone before it refused.
local my_high, my_low = struct.unpack('>I4I4', ARGV[1])
local removed = 0
for _, key in ipairs(KEYS) do
  local stored = redis.pcall('GETRANGE', key, 0, 43)
  local high, low, kind = header(stored)
  local newer = high and (high > my_high or high == my_high and low > my_low)
  if kind == LEASE and string.byte(stored, 3) == TOMBSTONE then
    redis.call('SET', key, string.sub(stored, 1, 20) .. string.rep('\0', 24), 'KEEPTTL')
  elseif kind ~= TOMBSTONE and not newer then
    removed = removed + redis.call('UNLINK', key)
    publish(ARGV[2], key)
  end
end
return removed
